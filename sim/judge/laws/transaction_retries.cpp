// T4: nothing but a rollback after the deadline. T5: another attempt only when it is safe.
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

bool is_acquire_call(const Event& event) noexcept {
  return event.kind == EventKind::call && event.operation == Operation::acquire;
}

/// What a run must not begin after its deadline; empty for what it may.
std::string_view forbidden(const Event& event) {
  if (is_acquire_call(event)) return "acquire";
  if (is_step(event, TransactionStep::pauses)) return "a pause";
  if (!is_statement_begin(event) || event.client_call == ClientCall::rollback) return "";
  return mocks::to_string(event.client_call);
}

bool ends_transaction(ClientCall call) noexcept {
  return call == ClientCall::commit || call == ClientCall::rollback;
}

void judge_deadline(const History& history, const TransactionRun& run, Found& found) {
  if (run.deadline == Instant::max()) return;
  const Instant deadline = run.deadline + slack(history);
  EventIndex before = run.run;
  bool is_over = false;  // what comes after a transaction's end takes a setting back
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    const EventIndex last = std::exchange(before, i);
    if (is_begin(event)) is_over = false;
    if (event.kind == EventKind::client_end && ends_transaction(event.client_call)) is_over = true;
    const std::string_view what = forbidden(event);
    if (what.empty() || (is_over && event.client_call == ClientCall::execute)) return;
    // At its last event it could see what time it was; when it came to act, others may have
    // passed time for it.
    if (instant(history, last) >= deadline) {
      found.push_back({LawId::transaction_deadline,
                       {run.run, last, i},
                       fmt::format("{} began {} {}, although its deadline had passed by event {}",
                                   name(run.task), what, moment(history, i), last)});
    } else if (!is_statement_begin(event) && event.timeout > Duration::zero() &&
               deadline_after(event.at, event.timeout) > deadline) {
      found.push_back({LawId::transaction_deadline,
                       {run.run, i},
                       fmt::format("{} began {} {} that may last beyond its deadline",
                                   name(run.task), what, moment(history, i))});
    }
  });
}

/// Follows an attempt as far as its work may have been sent.
class Sent {
 public:
  void see(const Event& event) noexcept {
    if (is_acquire_call(event) || is_begin(event)) {
      statements_ = 0;
      is_over_ = false;
    }
    if (!is_statement_begin(event)) return;
    is_over_ = is_over_ || ends_transaction(event.client_call);
    if (event.client_call == ClientCall::execute) ++statements_;
  }
  /// What is sent now can only tidy up.
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }
  /// Of a begin that failed, or of what a dialect says right before or after it, nothing of the
  /// work had been sent.
  [[nodiscard]] bool is_beginning(ClientCall failed) const noexcept {
    return failed == ClientCall::begin ||
           (failed == ClientCall::execute && statements_ == 1 && !is_over_);
  }

 private:
  std::uint32_t statements_ = 0;  // since the begin, or before it since the acquire
  bool is_over_ = false;
};

void judge_attempts(const History& history, const TransactionRun& run, Found& found) {
  std::uint32_t attempts = 0;
  EventIndex failed = absent;  // the last failure of the attempt before
  bool may_be_repeated = false;
  Sent sent;
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    sent.see(event);
    const bool is_answer = event.kind == EventKind::client_end &&
                           mocks::is_statement(event.client_call) &&
                           event.client_call != ClientCall::rollback &&
                           !(event.client_call == ClientCall::execute && sent.is_over());
    if (is_answer && event.outcome != Outcome::ok) {
      failed = i;
      may_be_repeated = event.outcome == Outcome::conflict || sent.is_beginning(event.client_call);
    }
    if (!is_begin(event)) return;
    const EventIndex why = std::exchange(failed, absent);
    if (++attempts == 1) return;
    if (attempts > run.attempts_max) {
      found.push_back({LawId::transaction_retries,
                       {run.run, i},
                       fmt::format("{} began attempt {} {}, of {}", name(run.task), attempts,
                                   moment(history, i), run.attempts_max)});
    } else if (why == absent || !may_be_repeated) {
      found.push_back(
          {LawId::transaction_retries,
           {run.run, why == absent ? run.run : why, i},
           fmt::format("{} began another attempt {} although the one before {}", name(run.task),
                       moment(history, i),
                       why == absent
                           ? std::string("had not failed")
                           : fmt::format("ended with a {} that had {} (event {})",
                                         mocks::to_string(history.events[why].client_call),
                                         to_string(history.events[why].outcome), why))});
    }
  });
}

}  // namespace

void judge_transaction_deadline(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    judge_deadline(history, run, found);
}

void judge_transaction_retries(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    judge_attempts(history, run, found);
}

}  // namespace poolproof::sim
