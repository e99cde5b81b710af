// T1, T2, T3 and T5; T4 and T7 are in transaction_terms_test.cpp, T6 in
// transaction_success_test.cpp.
#include <gtest/gtest.h>

#include <poolproof/sim/judge/laws/transaction_story.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using enum TransactionStep;

TEST(TransactionLaws, AreNotJudgedOfAPoolAlone) {
  const HistoryBuilder h;

  EXPECT_EQ(h.judged_by(LawId::atomicity), "n/a: a pool alone runs no transactions");
  EXPECT_EQ(h.judged_by(LawId::transaction_retries), "n/a: a pool alone runs no transactions");
}

TEST(TransactionLaws, FindNothingInATransactionThatIsRunAgainAndCommitted) {
  Story s;
  s.asks(100ms).begins().sends(ClientCall::execute, Outcome::conflict).rolls_back().gives_back();
  s.h.at(2ms);
  s.begins().moves(10).commits().gives_back().claims_to_move(10).is_told(Outcome::ok);

  EXPECT_EQ(s.h.judged(), "");
}

TEST(Atomicity, RefusesACommitThatChangedLessThanWasSaid) {
  Story s;
  s.asks().begins().changes(1, -10).commits().gives_back().claims_to_move(10).is_told(Outcome::ok);

  EXPECT_EQ(s.h.judged_by(LawId::atomicity),
            "the transaction of task 1 was reported ok at 0s (event 16), which is to change row 1 "
            "by -10, row 2 by +10, but 1 commit changed row 1 by -10");
}

TEST(Atomicity, RefusesACommitThatWasReportedFailed) {
  Story s;
  s.asks().begins().moves(10).commits(Outcome::failed).gives_back().is_told(Outcome::failed);

  EXPECT_EQ(s.h.judged_by(LawId::atomicity),
            "the transaction of task 1 was reported failed at 0s (event 15), which is to change "
            "nothing, but 1 commit changed row 1 by -10, row 2 by +10");
}

TEST(Atomicity, AcceptsAllOrNothingOfWhatIsAmbiguous) {
  Story all;
  all.asks().begins().moves(10).commits(Outcome::failed).gives_back();
  all.claims_to_move(10).is_told(Outcome::ambiguous);
  Story nothing;
  nothing.asks().begins().sends(ClientCall::commit, Outcome::failed).gives_back();
  nothing.claims_to_move(10).is_told(Outcome::ambiguous);
  Story half;
  half.asks().begins().changes(2, 10).commits(Outcome::failed).gives_back();
  half.claims_to_move(10).is_told(Outcome::ambiguous);

  EXPECT_EQ(all.h.judged_by(LawId::atomicity), "");
  EXPECT_EQ(nothing.h.judged_by(LawId::atomicity), "");
  EXPECT_EQ(half.h.judged_by(LawId::atomicity),
            "the transaction of task 1 was reported ambiguous at 0s (event 16), which is to "
            "change row 1 by -10, row 2 by +10, but 1 commit changed row 2 by +10");
}

TEST(Atomicity, RefusesAnEffectThatCameTwice) {
  Story s;
  s.asks().begins().moves(10).commits().gives_back();
  s.begins().moves(10).commits().gives_back().claims_to_move(10).is_told(Outcome::ok);

  EXPECT_EQ(s.h.judged_by(LawId::atomicity),
            "the transaction of task 1 was reported ok at 0s (event 30), which is to change row 1 "
            "by -10, row 2 by +10, but 2 commits changed row 1 by -20, row 2 by +20");
}

TEST(Atomicity, RefusesARowThatNobodyChanged) {
  HistoryBuilder h;
  h.capabilities().transactions = true;
  h.step(0, {.count = 1, .step = balance, .amount = 100});
  h.step(0, {.count = 1, .step = balance, .amount = 90});

  EXPECT_EQ(h.judged_by(LawId::atomicity),
            "the store holds, beyond what was committed, a change of row 1 by -10 at 0s (event "
            "1)");
}

TEST(TransactionLease, RefusesAStatementWithoutALease) {
  Story s;
  s.asks().begins().gives_back().sends(ClientCall::commit);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_lease),
            "task 1 sent commit on session 1 at 0s (event 10) without a lease of its own");
}

TEST(TransactionLease, RefusesALeaseThatOutlivesItsAttempt) {
  Story pausing;
  pausing.asks().begins().h.step(1, {.timeout = 2ms, .step = pauses});
  Story returning;
  returning.asks().begins().is_told(Outcome::failed);

  EXPECT_EQ(pausing.h.judged_by(LawId::transaction_lease),
            "the lease on session 1 that task 1 took at 0s (event 4) was still out when it paused "
            "at 0s (event 8)");
  EXPECT_EQ(returning.h.judged_by(LawId::transaction_lease),
            "the lease on session 1 that task 1 took at 0s (event 4) was still out when it "
            "returned at 0s (event 8)");
}

TEST(TransactionLease, RefusesSomebodyElsesStatementWithinTheTransaction) {
  Story s;
  s.asks().begins().h.calls(2, ClientCall::execute, 1);
  s.gives_back().is_told(Outcome::failed);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_lease),
            "session 1 was called at 0s (event 8) within a transaction of task 1");
}

TEST(TransactionLease, AcceptsAStatementThatPreparesTheBegin) {
  Story s;
  s.asks().h.acquire(1, 1ms).opens(1, 1).got(1, 1).calls(1, ClientCall::execute, 1);
  s.sends(ClientCall::begin).sends(ClientCall::execute).rolls_back().gives_back();
  s.is_told(Outcome::failed);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_lease), "");
}

TEST(TransactionLease, RefusesAStatementBeforeTheBeginThatPreparesNone) {
  Story s;
  s.asks().h.acquire(1, 1ms).opens(1, 1).got(1, 1).calls(1, ClientCall::execute, 1);
  s.sends(ClientCall::execute).gives_back().is_told(Outcome::failed);

  EXPECT_NE(s.h.judged_by(LawId::transaction_lease), "");
}

TEST(TransactionRollback, RefusesToGrantWhatNobodyEnded) {
  Story s;
  s.asks().begins().gives_back().is_told(Outcome::failed).h.takes(2, 1);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_rollback),
            "session 1 was granted to task 2 at 0s (event 12), and nobody had ended the "
            "transaction that task 1 began on it (event 7)");
}

TEST(TransactionRollback, DoesNotTakeTheResetForARollback) {
  Story s;
  s.asks().begins().h.release(1, 1).step(1, {.session = SessionId{1}, .step = undone}).returns(1);
  s.h.takes(2, 1);

  EXPECT_NE(s.h.judged_by(LawId::transaction_rollback), "");
}

TEST(TransactionRollback, RefusesToGiveBackWhatHasADeadlineLeft) {
  const auto given_back = [](bool is_invalidated) {
    Story s;
    s.asks().begins().commits();
    if (is_invalidated) s.h.call(1, Operation::invalidate, 1).returns(1);
    s.h.release(1, 1).counts(static_cast<std::uint32_t>(mocks::Leftover::deadline));
    return s.h.judged_by(LawId::transaction_rollback);
  };

  EXPECT_EQ(given_back(false),
            "task 1 gave session 1 back at 0s (event 11) and had left a deadline on it");
  EXPECT_EQ(given_back(true), "");
}

TEST(TransactionRetries, RefusesAnotherAttemptWithoutAPause) {
  Story s;
  s.asks().begins().sends(ClientCall::execute, Outcome::conflict).rolls_back().gives_back();
  s.begins_at_once();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 began attempt 2 at 0s (event 15) without a pause");
}

TEST(TransactionRetries, RefusesToGiveUpEarlyAfterAConflict) {
  Story early;
  early.asks().begins().sends(ClientCall::commit, Outcome::conflict).rolls_back().gives_back();
  early.is_told(Outcome::conflict);
  Story last;
  last.asks(Duration::max(), 1).begins().sends(ClientCall::commit, Outcome::conflict);
  last.rolls_back().gives_back().is_told(Outcome::conflict);
  Story hurried;
  hurried.asks(5ms).begins().sends(ClientCall::commit, Outcome::conflict).rolls_back();
  hurried.gives_back().is_told(Outcome::conflict);

  EXPECT_EQ(early.h.judged_by(LawId::transaction_retries),
            "task 1 gave up after a conflict at 0s (event 15), with 1 attempt of 3");
  EXPECT_EQ(last.h.judged_by(LawId::transaction_retries), "");
  EXPECT_EQ(hurried.h.judged_by(LawId::transaction_retries), "");
}

TEST(TransactionRetries, RefusesToGiveUpEarlyWhereNoConnectionWasToBeHad) {
  const auto gave_up_after = [](Outcome connect) {
    Story s;
    s.asks().h.acquire(1, 1ms).calls(1, ClientCall::connect, 1, connect);
    s.h.returns(1, Outcome::connect_failed);
    s.is_told(Outcome::connect_failed);
    return s.h.judged_by(LawId::transaction_retries);
  };

  EXPECT_EQ(gave_up_after(Outcome::failed),
            "task 1 gave up after a connect had failed at 0s (event 5), with 1 attempt of 3");
  EXPECT_EQ(gave_up_after(Outcome::threw), "");
}

/// A run whose connect answers `first`, and then, where there is one, another `second`.
Story without_connection(Outcome first, Outcome other = Outcome::ok) {
  Story s;
  s.asks();
  if (other != Outcome::ok) s.h.acquire(2).opens(2, 7, other).returns(2, Outcome::connect_failed);
  s.h.acquire(1).opens(1, 8, first).returns(1, Outcome::connect_failed);
  return s;
}

TEST(TransactionRetries, RefusesAnotherAttemptWhereTheReasonLasts) {
  Story s = without_connection(Outcome::refused);
  s.h.step(1, {.timeout = 2ms, .step = pauses}).acquire(1);
  Story unsure = without_connection(Outcome::refused, Outcome::failed);
  unsure.h.step(1, {.timeout = 2ms, .step = pauses}).acquire(1);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 began attempt 2 at 0s (event 6) although its connect had been refused for a "
            "reason that lasts");
  EXPECT_EQ(unsure.h.judged_by(LawId::transaction_retries), "");
}

TEST(TransactionRetries, DoesNotAskForAnotherAttemptWhereTheReasonMayBeAnothers) {
  Story s = without_connection(Outcome::failed, Outcome::refused);
  s.is_told(Outcome::connect_failed);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries), "");
}

TEST(TransactionRetries, AsksForAllAttemptsAfterAConflictWhateverItIsCalled) {
  const auto reported_after = [](Outcome first, Outcome second) {
    Story s;
    s.asks().begins().sends(ClientCall::execute, first).sends(ClientCall::execute, second);
    s.rolls_back().gives_back().is_told(Outcome::failed);
    return s.h.judged_by(LawId::transaction_retries);
  };

  EXPECT_EQ(reported_after(Outcome::ok, Outcome::conflict),
            "task 1 gave up after a conflict at 0s (event 17), with 1 attempt of 3");
  EXPECT_EQ(reported_after(Outcome::conflict, Outcome::failed), "");
  EXPECT_EQ(reported_after(Outcome::failed, Outcome::conflict), "");
}

TEST(TransactionRetries, RefusesANumberOfAttemptsThatIsNotTrue) {
  Story s;
  s.asks(5ms).begins().commits().gives_back().h.step(1, {.count = 2, .step = counted});
  Story late;
  late.asks(5ms).begins().commits().gives_back().h.at(5ms).step(1, {.count = 2, .step = counted});

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 was told of 2 attempts at 0s (event 13), and there were 1");
  EXPECT_EQ(late.h.judged_by(LawId::transaction_retries), "");
}

TEST(TransactionRetries, RefusesAnotherAttemptAfterAnAmbiguousCommit) {
  Story s;
  s.asks().begins().sends(ClientCall::commit, Outcome::failed).gives_back().begins();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 began another attempt at 0s (event 15) although the one before ended with a "
            "commit that had failed (event 9)");
}

TEST(TransactionRetries, AcceptsAnotherAttemptWhereWhatADialectSaysBesideTheBeginHasFailed) {
  Story s;
  s.asks().begins().sends(ClientCall::execute, Outcome::failed).gives_back().begins();
  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries), "");
}

TEST(TransactionRetries, RefusesAnotherAttemptAfterAStatementOfTheWorkHasFailed) {
  Story s;
  s.asks().begins().sends(ClientCall::execute).sends(ClientCall::execute, Outcome::failed);
  s.gives_back().begins();
  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 began another attempt at 0s (event 17) although the one before ended with a "
            "execute that had failed (event 11)");
}

TEST(TransactionRetries, RefusesAnotherAttemptAfterNoFailure) {
  Story s;
  s.asks().begins().commits().gives_back().begins();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 began another attempt at 0s (event 16) although the one before had not "
            "failed");
}

TEST(TransactionRetries, RefusesMoreAttemptsThanThereMayBe) {
  Story s;
  s.asks(Duration::max(), 1).begins().sends(ClientCall::commit, Outcome::conflict).gives_back();
  s.begins();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_retries),
            "task 1 began attempt 2 at 0s (event 15), of 1");
}

}  // namespace
}  // namespace poolproof::sim
