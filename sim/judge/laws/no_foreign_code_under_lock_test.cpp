#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

TEST(NoForeignCodeUnderLock, AcceptsCallsWithoutALock) {
  HistoryBuilder h;
  h.takes(1, 1).release(1, 1).calls(1, ClientCall::reset, 1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::no_foreign_code_under_lock), "");
}

TEST(NoForeignCodeUnderLock, NamesTheFirstOfEachKindOfCall) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1, 1).ends(1, Outcome::failed);
  h.begins(1, ClientCall::connect, 2, 1).ends(1).got(1, 2);
  h.begins(9, ClientCall::ping, 2, 2);

  EXPECT_EQ(h.judged_by(LawId::no_foreign_code_under_lock),
            "task 1's connect began at 0s (event 1) while a lock was held\n"
            "the pool's own ping began at 0s (event 6) while 2 locks were held");
}

TEST(NoForeignCodeUnderLock, LeavesAHolderItsOwnLocks) {
  HistoryBuilder h;
  h.takes(1, 1).begins(1, ClientCall::execute, 1, 1).ends(1);

  EXPECT_EQ(h.judged_by(LawId::no_foreign_code_under_lock), "");
}

TEST(NoForeignCodeUnderLock, ProtectsTheObserverToo) {
  HistoryBuilder h;
  History history = h.acquire(1).observed(1, PoolEventKind::queued, 0, 1).history();
  history.events[1].locks_held = 1;
  HistoryIndex index;
  std::vector<Violation> found;
  judge(history, index, found);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].sentence,
            "the observer was told queued by task 1 at 0s (event 1) while a lock was "
            "held");
}

TEST(NoForeignCodeUnderLock, IsNotJudgedWhereLocksAreHeldOrCannotBeSeen) {
  HistoryBuilder declined;
  declined.capabilities().connect_outside_lock = false;
  HistoryBuilder real;
  real.on_real_threads();

  EXPECT_EQ(declined.judged_by(LawId::no_foreign_code_under_lock),
            "n/a: the pool connects under its lock");
  EXPECT_EQ(real.judged_by(LawId::no_foreign_code_under_lock),
            "n/a: which locks a real thread holds is not known");
}

}  // namespace
}  // namespace poolproof::sim
