#include <initializer_list>
#include <utility>

#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration forever = Duration::max();

/// A run of one attempt on session 1, whose calls all go well, up to its report.
HistoryBuilder good_run(Duration time, Outcome due = Outcome::ok) {
  HistoryBuilder h;
  h.capabilities().transactions = true;
  h.step(1, {.outcome = due, .timeout = time, .count = 3, .step = TransactionStep::run});
  h.takes(1, 1).calls(1, ClientCall::begin, 1).calls(1, ClientCall::commit, 1).gives_back(1, 1);
  return h;
}

TEST(TransactionSuccess, AcceptsARunThatIsReportedCommitted) {
  HistoryBuilder h = good_run(forever);
  h.step(1, {.outcome = Outcome::ok, .step = TransactionStep::done});

  EXPECT_EQ(h.judged_by(LawId::transaction_success), "");
}

TEST(TransactionSuccess, RefusesARunThatIsAmbiguousForNothing) {
  HistoryBuilder h = good_run(forever);
  h.step(1, {.outcome = Outcome::ambiguous, .step = TransactionStep::done});

  EXPECT_EQ(h.judged_by(LawId::transaction_success),
            "the transaction of task 1 was reported ambiguous at 0s (event 11) although no call "
            "had failed and its deadline had not passed: due was ok");
}

TEST(TransactionSuccess, RefusesWorkThatFailsAndIsReportedWell) {
  HistoryBuilder h = good_run(forever, Outcome::failed);
  h.step(1, {.outcome = Outcome::ok, .step = TransactionStep::done});

  EXPECT_NE(h.judged_by(LawId::transaction_success), "");
}

TEST(TransactionSuccess, AcceptsWhatAFailedCallExplains) {
  HistoryBuilder h;
  h.capabilities().transactions = true;
  h.step(1, {.timeout = forever, .count = 3, .step = TransactionStep::run});
  h.takes(1, 1).calls(1, ClientCall::begin, 1, Outcome::failed).gives_back(1, 1);
  h.step(1, {.outcome = Outcome::failed, .step = TransactionStep::done});

  EXPECT_EQ(h.judged_by(LawId::transaction_success), "");
}

TEST(TransactionSuccess, RefusesAmbiguityOfWhatNeverCameToACommit) {
  const auto reported_after = [](ClientCall failed, Outcome outcome) {
    HistoryBuilder h;
    h.capabilities().transactions = true;
    h.step(1, {.timeout = forever, .count = 3, .step = TransactionStep::run});
    h.takes(1, 1).calls(1, ClientCall::begin, 1).calls(1, failed, 1, outcome).gives_back(1, 1);
    h.step(1, {.outcome = Outcome::ambiguous, .step = TransactionStep::done});
    return h.judged_by(LawId::transaction_success);
  };

  EXPECT_EQ(reported_after(ClientCall::execute, Outcome::failed),
            "the transaction of task 1 was reported ambiguous at 0s (event 11) although no answer "
            "to a commit was missing");
  EXPECT_NE(reported_after(ClientCall::commit, Outcome::conflict), "");
  EXPECT_EQ(reported_after(ClientCall::commit, Outcome::failed), "");
}

TEST(TransactionSuccess, AcceptsAmbiguityOfWhatTheDatabaseEndedUnasked) {
  HistoryBuilder h;
  h.capabilities().transactions = true;
  h.step(1, {.timeout = forever, .count = 3, .step = TransactionStep::run});
  h.takes(1, 1).calls(1, ClientCall::begin, 1).begins(1, ClientCall::execute, 1);
  h.step(1, {.session = SessionId{1}, .step = TransactionStep::rolled_back});
  h.ends(1, Outcome::failed).gives_back(1, 1);
  h.step(1, {.outcome = Outcome::ambiguous, .step = TransactionStep::done});

  EXPECT_EQ(h.judged_by(LawId::transaction_success), "");
}

TEST(TransactionSuccess, TakesNoRefusalForAHindrance) {
  HistoryBuilder h;
  h.capabilities().transactions = true;
  h.step(1, {.timeout = forever, .count = 3, .step = TransactionStep::run});
  h.takes(1, 1).calls(1, ClientCall::begin, 1);
  h.calls(1, ClientCall::execute, 1, Outcome::refused).gives_back(1, 1);
  h.step(1, {.outcome = Outcome::failed, .step = TransactionStep::done});

  EXPECT_NE(h.judged_by(LawId::transaction_success), "");
}

TEST(TransactionSuccess, RefusesToGiveUpASessionThatIsClean) {
  const auto given_up_after = [](std::initializer_list<std::pair<ClientCall, Outcome>> calls) {
    HistoryBuilder h;
    h.capabilities().transactions = true;
    h.step(1, {.timeout = forever, .count = 3, .step = TransactionStep::run});
    h.takes(1, 1).step(1, {.step = TransactionStep::worked});
    for (const auto& [call, outcome] : calls)
      h.calls(1, call, 1, outcome);
    h.call(1, Operation::invalidate, 1);
    return h.judged_by(LawId::transaction_success);
  };
  using enum ClientCall;

  EXPECT_EQ(
      given_up_after({}),
      "task 1 gave up session 1 at 0s (event 6) although no transaction was left open on it");
  EXPECT_NE(given_up_after({{begin, Outcome::ok}, {commit, Outcome::ok}}), "");
  EXPECT_NE(
      given_up_after({{begin, Outcome::ok}, {rollback, Outcome::ok}, {execute, Outcome::ok}}), "");
  EXPECT_EQ(given_up_after({{begin, Outcome::ok}, {rollback, Outcome::failed}}), "");
  EXPECT_EQ(
      given_up_after({{begin, Outcome::ok}, {commit, Outcome::ok}, {execute, Outcome::failed}}),
      "");
  EXPECT_EQ(given_up_after({{begin, Outcome::failed}}), "");
}

TEST(TransactionSuccess, AcceptsWhatADeadlineExplains) {
  HistoryBuilder h = good_run(5ms);
  h.at(5ms).step(1, {.outcome = Outcome::timed_out, .step = TransactionStep::done});

  EXPECT_EQ(h.judged_by(LawId::transaction_success), "");
}

}  // namespace
}  // namespace poolproof::sim
