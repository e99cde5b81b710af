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

TEST(TransactionSuccess, AcceptsWhatADeadlineExplains) {
  HistoryBuilder h = good_run(5ms);
  h.at(5ms).step(1, {.outcome = Outcome::timed_out, .step = TransactionStep::done});

  EXPECT_EQ(h.judged_by(LawId::transaction_success), "");
}

}  // namespace
}  // namespace poolproof::sim
