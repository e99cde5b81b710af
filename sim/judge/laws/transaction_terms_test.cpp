// What a transaction was asked for: T4, its deadline, T7, how it is begun, and T8, to end.
#include <gtest/gtest.h>

#include <poolproof/sim/judge/laws/transaction_story.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using enum TransactionStep;

TEST(TransactionDeadline, RefusesACommitOnceItHasPassed) {
  Story s;
  s.asks(5ms).begins().h.at(5ms).step(1, {.step = worked});
  s.sends(ClientCall::commit);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_deadline),
            "task 1 began commit at 5ms (event 9), although its deadline had passed by event 8");
}

TEST(TransactionDeadline, AcceptsACommitThatOthersDelayed) {
  Story s;
  s.asks(5ms).begins().h.at(4ms).step(1, {.step = worked}).at(6ms);
  s.sends(ClientCall::commit).rolls_back();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_deadline), "");
}

TEST(TransactionDeadline, AcceptsThatASettingIsTakenBackAfterTheEnd) {
  Story s;
  s.asks(5ms).begins().h.at(5ms).step(1, {.step = worked});
  s.rolls_back().sends(ClientCall::execute);
  EXPECT_EQ(s.h.judged_by(LawId::transaction_deadline), "");

  Story early;
  early.asks(5ms).begins().h.at(5ms).step(1, {.step = worked});
  early.sends(ClientCall::execute).rolls_back();
  EXPECT_NE(early.h.judged_by(LawId::transaction_deadline), "");
}

TEST(TransactionDeadline, RefusesToWaitBeyondIt) {
  Story pausing;
  pausing.asks(5ms).h.step(1, {.timeout = 6ms, .step = pauses});
  Story acquiring;
  acquiring.asks(5ms).h.acquire(1, 6ms);
  Story looking;
  looking.asks(5ms).h.at(6ms).acquire(1, 0ms);

  EXPECT_EQ(pausing.h.judged_by(LawId::transaction_deadline),
            "task 1 began a pause at 0s (event 1) that may last beyond its deadline");
  EXPECT_EQ(acquiring.h.judged_by(LawId::transaction_deadline),
            "task 1 began acquire at 0s (event 1) that may last beyond its deadline");
  EXPECT_EQ(looking.h.judged_by(LawId::transaction_deadline), "");
}

TEST(TransactionDeadline, RefusesAStatementThatIsGivenLonger) {
  Story s;
  s.asks(5ms).begins().h.begins(1, ClientCall::execute, 1).given(6ms);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_deadline),
            "execute of task 1 was given longer than until the deadline of its transaction at 0s "
            "(event 8)");
}

TEST(TransactionDeadline, AcceptsAStatementThatIsGivenWhatIsLeftOrNobodyKnowsWhat) {
  Story s;
  s.asks(5ms).begins().h.at(1ms).begins(1, ClientCall::execute, 1).given(4ms).ends(1);
  s.h.begins(1, ClientCall::execute, 1).given(1ns).ends(1).calls(1, ClientCall::execute, 1);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_deadline), "");
}

TEST(TransactionDeadline, GivesARollbackATimeOfItsOwn) {
  Story bounded;
  bounded.asks(5ms).begins().h.at(6ms).begins(1, ClientCall::rollback, 1).given(1s);
  Story endless;
  endless.asks().begins().h.begins(1, ClientCall::rollback, 1).given(Duration::max());
  Story late;
  late.asks(5ms).begins().h.at(6ms).step(1, {.step = worked});
  late.h.begins(1, ClientCall::rollback, 1).given(1ns);

  EXPECT_EQ(bounded.h.judged_by(LawId::transaction_deadline), "");
  EXPECT_EQ(endless.h.judged_by(LawId::transaction_deadline),
            "rollback of task 1 was given for ever, and must end by a bound of its own at 0s "
            "(event 8)");
  EXPECT_EQ(late.h.judged_by(LawId::transaction_deadline),
            "rollback of task 1 was given no time, and needs some of its own at 6ms (event 9)");
}

TEST(TransactionAsAsked, RefusesAnotherModeThanWasAskedFor) {
  Story s;
  s.h.step(1, {.timeout = Duration::max(), .count = 3, .step = run, .amount = 3});
  s.begins().h.step(1, {.session = SessionId{1}, .step = committed, .amount = 5});

  EXPECT_EQ(s.h.judged_by(LawId::transaction_as_asked),
            "what task 1 asked to be serializable was read committed, read only when it was "
            "committed at 0s (event 8)");
}

TEST(TransactionAsAsked, JudgesARollbackOfWhatHadBegun) {
  const auto rolled_back_at = [](bool has_worked) {
    Story s;
    s.h.step(1, {.timeout = Duration::max(), .count = 3, .step = run, .amount = 12});
    s.begins();
    if (has_worked) s.h.step(1, {.step = worked});
    s.rolls_back();
    return s.h.judged_by(LawId::transaction_as_asked);
  };

  EXPECT_EQ(rolled_back_at(false), "");
  EXPECT_EQ(rolled_back_at(true),
            "what task 1 asked to be server default, read only, deferrable was server default "
            "when it was rolled back at 0s (event 9)");
}

/// Task 1 pauses after a conflict, and task 2 cancels its transaction.
Story cancelled_in_a_pause() {
  Story s;
  s.asks().begins().sends(ClientCall::commit, Outcome::conflict).gives_back();
  s.h.step(1, {.timeout = 2ms, .step = pauses}).cancels(2, 1);
  return s;
}

TEST(TransactionCancellation, AcceptsAnAnswerAtOnce) {
  Story s = cancelled_in_a_pause();
  s.is_told(Outcome::cancelled).h.stalled();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_cancellation), "");
}

TEST(TransactionCancellation, RefusesAnAnswerThatNobodyAskedFor) {
  Story s;
  s.asks().begins().sends(ClientCall::commit, Outcome::conflict).gives_back();
  s.is_told(Outcome::cancelled).h.cancels(2, 1);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_cancellation),
            "the transaction of task 1 was reported cancelled at 0s (event 12) although nobody "
            "had cancelled it");
}

TEST(TransactionCancellation, RefusesAnotherAttempt) {
  Story s = cancelled_in_a_pause();
  s.begins_at_once();

  EXPECT_EQ(s.h.judged_by(LawId::transaction_cancellation),
            "task 1 began another attempt at 0s (event 17) although it had been cancelled "
            "(event 14)");
}

TEST(TransactionCancellation, LetsAnAttemptUnderWayEnd) {
  Story s;
  s.asks().h.acquire(1, 1ms).cancels(2, 1).opens(1, 1).got(1, 1).calls(1, ClientCall::begin, 1);
  s.commits().gives_back().is_told(Outcome::ok);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_cancellation), "");
}

TEST(TransactionCancellation, RefusesAPauseThatLastsOn) {
  Story s = cancelled_in_a_pause();
  s.h.stalled(Outcome::ok, 2ms);

  EXPECT_EQ(s.h.judged_by(LawId::transaction_cancellation),
            "task 1 still paused at 0s (event 15) although it had been cancelled (event 14)");
}

TEST(TransactionCancellation, RefusesAnotherWordForAPauseThatItEnded) {
  Story early = cancelled_in_a_pause();
  early.is_told(Outcome::conflict);
  Story whole = cancelled_in_a_pause();
  whole.h.at(2ms);
  whole.is_told(Outcome::timed_out);

  EXPECT_EQ(early.h.judged_by(LawId::transaction_cancellation),
            "the pause of task 1 ended at 0s (event 15) because it had been cancelled (event 14), "
            "and its transaction was reported conflict");
  EXPECT_EQ(whole.h.judged_by(LawId::transaction_cancellation), "");
}

TEST(TransactionCancellation, CancelsTheAcquiresToCome) {
  Story s = cancelled_in_a_pause();
  s.h.acquire(1, 1ms).returns(1, Outcome::cancelled);

  EXPECT_EQ(s.h.judged_by(LawId::cancellation), "");
}

}  // namespace
}  // namespace poolproof::sim
