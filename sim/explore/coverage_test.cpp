#include <poolproof/sim/explore/coverage.h>

#include <gtest/gtest.h>

#include <set>
#include <string>

#include <poolproof/sim/engine/intent.h>
#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using Names = std::set<std::string>;

/// What `h` exercises of one group.
Names covered_by(const HistoryBuilder& h, CoverageGroup group,
                 const mocks::FaultPlan& faults = {}) {
  HistoryIndex index;
  index.build(h.history());
  CoverageSet covered;
  cover(h.history(), index, faults, covered);
  Names names;
  for (std::size_t i = 0; i < coverage_items().size(); ++i) {
    const CoverageItem& item = coverage_items()[i];
    if (covered[i] && item.group == group) names.emplace(item.name);
  }
  return names;
}

HistoryBuilder without_observer() {
  HistoryBuilder h;
  h.capabilities().observer = false;
  return h;
}

TEST(Coverage, TakesStatesFromTheObserversWords) {
  using enum ConnectionState;
  HistoryBuilder h;
  h.acquire(1).observed(1, PoolEventKind::opening, 1).returns(1, Outcome::connect_failed);
  h.changed(1, 1, in_use, idle).changed(1, 1, idle, invalid);
  h.observed(1, PoolEventKind::closed, 1);

  EXPECT_EQ(covered_by(h, CoverageGroup::state), (Names{"opening", "idle", "invalid"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::transition),
            (Names{"in_use to idle", "idle to invalid", "invalid to closed"}));
}

TEST(Coverage, TellsAHandOffFromAKeptConnectionByTheObserversNextWord) {
  using enum ConnectionState;
  HistoryBuilder kept;
  kept.takes(1, 1).release(1, 1).changed(1, 1, in_use, idle).returns(1);
  HistoryBuilder handed_off;
  handed_off.takes(1, 1).release(1, 1).changed(1, 1, in_use, idle);
  handed_off.observed(1, PoolEventKind::granted, 1, 5).returns(1);

  EXPECT_EQ(covered_by(kept, CoverageGroup::decision), (Names{"acquire opens", "release keeps"}));
  EXPECT_EQ(covered_by(handed_off, CoverageGroup::decision),
            (Names{"acquire opens", "release hands off"}));
}

TEST(Coverage, NoticesARestartThatWasPlannedWhenItsTimeHasCome) {
  const auto plan = mocks::FaultPlan::parse("server restarts at 5ms");
  ASSERT_TRUE(plan.has_value());
  HistoryBuilder before;
  before.takes(1, 1).at(4ms).gives_back(1, 1);
  HistoryBuilder after;
  after.takes(1, 1).at(5ms).gives_back(1, 1);

  EXPECT_EQ(covered_by(before, CoverageGroup::fault, *plan), Names{});
  EXPECT_EQ(covered_by(after, CoverageGroup::fault, *plan), Names{"server restarts"});
}

TEST(Coverage, TakesStatesFromWhatClientsSeeWhereNobodyTells) {
  HistoryBuilder h = without_observer();
  h.takes(1, 1).gives_back(1, 1).takes(2, 1).release(2, 1).closes(2, 1).returns(2);

  EXPECT_EQ(covered_by(h, CoverageGroup::state), (Names{"opening", "idle", "in_use", "invalid"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::transition),
            (Names{"opening to open", "in_use to idle", "idle to in_use", "in_use to invalid",
                   "invalid to closed"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::decision),
            (Names{"acquire grants", "acquire opens", "release keeps", "release closes"}));
}

TEST(Coverage, TellsAHandOffFromAConnectionThatWasIdle) {
  HistoryBuilder h = without_observer();
  h.takes(1, 1).acquire(2).parked(2).gives_back(1, 1).got(2, 1);

  EXPECT_EQ(covered_by(h, CoverageGroup::decision),
            (Names{"acquire opens", "acquire waits", "release hands off"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::transition), Names{"opening to open"});
}

TEST(Coverage, SeesWhatACheckDoes) {
  HistoryBuilder h = without_observer();
  h.call(1, Operation::health_check).calls(1, ClientCall::ping, 1, Outcome::failed);
  h.closes(1, 1).opens(1, 2).returns(1);

  EXPECT_EQ(covered_by(h, CoverageGroup::decision),
            (Names{"check pings", "check closes", "check opens"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::fault), Names{"ping fails"});
  EXPECT_EQ(covered_by(h, CoverageGroup::operation), Names{"health_check"});
}

TEST(Coverage, SeesFaultsAndAnswers) {
  HistoryBuilder h = without_observer();
  h.acquire(1).begins(1, ClientCall::connect, 1).at(2ms).ends(1, Outcome::threw);
  h.returns(1, Outcome::connect_failed).tries(2, Outcome::exhausted).server_restarts();

  EXPECT_EQ(covered_by(h, CoverageGroup::fault),
            (Names{"connect throws", "connect takes time", "server restarts"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::answer),
            (Names{"acquire = connect_failed", "try_acquire = exhausted"}));
  EXPECT_EQ(covered_by(h, CoverageGroup::transition), Names{"opening to failed"});
}

TEST(Coverage, SeesWhatBecameOfTransactions) {
  HistoryBuilder h;
  h.capabilities().transactions = true;
  h.step(1, {.step = TransactionStep::run}).step(1, {.step = TransactionStep::rolled_back});
  h.step(1, {.step = TransactionStep::pauses}).step(1, {.step = TransactionStep::committed});
  h.step(1, {.outcome = Outcome::ambiguous, .step = TransactionStep::done});

  EXPECT_EQ(covered_by(h, CoverageGroup::transaction),
            (Names{"takes effect", "rolls back", "is tried again", "run = ambiguous"}));
}

TEST(Coverage, HasAnItemForEveryKindOfSchedulingPoint) {
  CoverageSet covered;
  cover_kinds(std::uint64_t{1} << static_cast<unsigned>(IntentKind::client_call), covered);

  ASSERT_EQ(covered.count(), 1U);
  EXPECT_TRUE(covered[static_cast<std::size_t>(IntentKind::client_call)]);
  EXPECT_EQ(coverage_items()[static_cast<std::size_t>(IntentKind::client_call)].name,
            "call the database client");
}

}  // namespace
}  // namespace poolproof::sim
