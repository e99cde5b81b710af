#include <poolproof/sim/explore/dependence.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

Footprint step(IntentKind kind, std::uint32_t object, StepNotes notes = 0,
               std::uint32_t mutex = 0) {
  return {.kind = kind, .notes = notes, .object = object, .mutex = mutex};
}

TEST(Dependence, LetsStepsOnDifferentObjectsChangePlaces) {
  EXPECT_EQ(relation(step(IntentKind::lock, 1), step(IntentKind::lock, 2)), Relation::independent);
  EXPECT_EQ(relation(step(IntentKind::store, 1), step(IntentKind::store, 2)),
            Relation::independent);
  EXPECT_EQ(relation(step(IntentKind::join, 1), step(IntentKind::store, 1)),
            Relation::independent);
}

TEST(Dependence, LetsTwoReadsChangePlacesAndNoWrite) {
  const Footprint load = step(IntentKind::load, 1);
  const Footprint store = step(IntentKind::store, 1);

  EXPECT_EQ(relation(load, load), Relation::independent);
  EXPECT_EQ(relation(load, store), Relation::racing);
  EXPECT_EQ(relation(store, load), Relation::racing);
}

TEST(Dependence, KnowsThatOnlyOneTaskCanHoldAMutex) {
  const Footprint lock = step(IntentKind::lock, 1);
  const Footprint unlock = step(IntentKind::unlock, 1);
  const Footprint wait = step(IntentKind::wait, 2, 0, 1);

  EXPECT_EQ(relation(lock, lock), Relation::racing);
  EXPECT_EQ(relation(lock, unlock), Relation::ordered);
  EXPECT_EQ(relation(wait, lock), Relation::ordered);
  EXPECT_EQ(relation(step(IntentKind::try_lock, 1), unlock), Relation::racing);
}

TEST(Dependence, SetsAWaitAgainstANotifyThatFindsNobody) {
  const Footprint wait = step(IntentKind::wait, 2, 0, 1);
  const Footprint notify = step(IntentKind::notify_one, 2);

  EXPECT_EQ(relation(wait, notify), Relation::racing);
  EXPECT_EQ(relation(notify, notify), Relation::independent);
}

TEST(Dependence, SetsATimerAgainstAllThatLooksAtTheClock) {
  const Footprint timer = step(IntentKind::sleep, 0, step_note::fires_timer);

  EXPECT_EQ(relation(timer, step(IntentKind::unlock, 1, step_note::reads_clock)),
            Relation::racing);
  EXPECT_EQ(relation(timer, step(IntentKind::unlock, 1)), Relation::independent);
  EXPECT_EQ(relation(step(IntentKind::sleep, 0, step_note::barrier), timer), Relation::ordered);
}

}  // namespace
}  // namespace poolproof::sim
