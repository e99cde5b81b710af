// T4: nothing but a rollback after the deadline. T5: another attempt only when it is safe.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Whether the transaction is over by it, asked for or not.
bool is_end(const Event& event) noexcept {
  return (event.kind == EventKind::client_end && ends_transaction(event.client_call)) ||
         is_end_in_store(event);
}

/// Time that a client was given: what is done for the work ends with the run's deadline, a
/// rollback and what tidies up after it has a bound of its own, which begins with it.
class TimeGiven {
 public:
  TimeGiven(const History& history, const TransactionRun& run, Found& found)
      : history_(history), run_(run), found_(found) {}

  void judge() {
    for_each_event(history_, run_, [&](EventIndex i, const Event& event) {
      before_ = std::exchange(last_, i);
      if (is_begin(event) || is_acquire_call(event)) is_over_ = false;
      const bool is_own = is_over_ || event.client_call == ClientCall::rollback;
      if (is_statement_begin(event) && event.timeout > Duration::zero()) {
        is_own ? judge_own(i, event) : judge_within(i, event);
      }
      if (is_end(event)) is_over_ = true;
    });
  }

 private:
  static constexpr Duration no_time{1};

  void judge_own(EventIndex i, const Event& event) {
    const bool is_endless = event.timeout == Duration::max();
    // What follows a commit, without a rollback, may be meant to take what it takes.
    if (is_endless && event.client_call == ClientCall::rollback)
      report(i, event, "for ever, and must end by a bound of its own");
    // Others may pass time for it between what it saw last and its call.
    const bool has_time_passed = instant(history_, before_) != event.at || !history_.virtual_time;
    if (event.timeout == no_time && !has_time_passed)
      report(i, event, "no time, and needs some of its own");
  }

  void judge_within(EventIndex i, const Event& event) {
    if (run_.deadline == Instant::max() || event.timeout == no_time) return;
    const Instant end = deadline_after(event.at, event.timeout);
    if (end > run_.deadline + slack(history_))
      report(i, event, "longer than until the deadline of its transaction");
  }

  void report(EventIndex i, const Event& event, std::string_view how) {
    found_.push_back({LawId::transaction_deadline,
                      {run_.run, i},
                      fmt::format("{} of {} was given {} {}", mocks::to_string(event.client_call),
                                  name(run_.task), how, moment(history_, i))});
  }

  const History& history_;
  const TransactionRun& run_;
  Found& found_;
  EventIndex last_ = run_.run, before_ = run_.run;  // of its task
  bool is_over_ = false;
};

void judge_deadline(const History& history, const TransactionRun& run, Found& found) {
  if (run.deadline == Instant::max()) return;
  const Instant deadline = run.deadline + slack(history);
  EventIndex before = run.run;
  bool is_over = false;  // what comes after a transaction's end takes a setting back
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    const EventIndex last = std::exchange(before, i);
    if (is_begin(event)) is_over = false;
    if (is_end(event)) is_over = true;
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
  /// Whether it is a failure of what the attempt was for: what is sent after its end can only tidy
  /// up.
  [[nodiscard]] bool is_failure(const Event& event) const noexcept {
    return is_statement_end(event) && event.outcome != Outcome::ok &&
           event.client_call != ClientCall::rollback &&
           !(event.client_call == ClientCall::execute && is_over_);
  }
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
    if (sent.is_failure(event)) {
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

/// Whoever lost against others has all his attempts, if he has time for them, and a pause between
/// them; and hears how many they were.
class Attempts {
 public:
  Attempts(const History& history, const TransactionRun& run, Found& found)
      : history_(history), run_(run), found_(found) {}

  void judge() {
    for_each_event(history_, run_, [&](EventIndex i, const Event& event) {
      if (is_acquire_call(event)) begins(i);
      sent_.see(event);
      if (event.kind == EventKind::client_end && event.client_call == ClientCall::connect)
        connected_ = event.outcome;
      if (event.kind == EventKind::ret && event.operation == Operation::acquire)
        is_refused_ = event.outcome == Outcome::connect_failed && can_only_be_refused(i);
      if (sent_.is_failure(event) && failed_ != Outcome::failed)
        failed_ = event.outcome == Outcome::conflict ? event.outcome : Outcome::failed;
      if (is_step(event, TransactionStep::pauses) && event.timeout > Duration::zero())
        has_paused_ = true;
      if (is_step(event, TransactionStep::counted)) hears_of(i, event.count);
      if (is_step(event, TransactionStep::done)) ends(i, event.outcome);
    });
  }

 private:
  void begins(EventIndex i) {
    if (++attempts_ > 1 && !has_paused_) {
      report({last_, i}, fmt::format("{} began attempt {} {} without a pause", name(run_.task),
                                     attempts_, moment(history_, i)));
    }
    if (is_refused_) {
      report({last_, i},
             fmt::format("{} began attempt {} {} although its connect had been refused "
                         "for a reason that lasts",
                         name(run_.task), attempts_, moment(history_, i)));
    }
    has_paused_ = false;
    is_refused_ = false;
    connected_ = failed_ = Outcome::ok;
    last_ = i;
  }

  /// Whether there is no other reason that a connect may have had. The error's cause may be
  /// another caller's.
  [[nodiscard]] bool can_only_be_refused(EventIndex end) const {
    return has_connects(end, [](Outcome outcome) { return outcome == Outcome::refused; }) &&
           !has_connects(end, [](Outcome outcome) {
             return outcome != Outcome::refused && outcome != Outcome::ok;
           });
  }
  template <class Is>
  [[nodiscard]] bool has_connects(EventIndex end, Is is) const {
    return std::any_of(history_.events.begin(), history_.events.begin() + end,
                       [&](const Event& event) {
                         return event.kind == EventKind::client_end &&
                                event.client_call == ClientCall::connect && is(event.outcome);
                       });
  }

  /// Whose deadline had passed may not have asked for a connection any more.
  void hears_of(EventIndex i, std::uint32_t attempts) {
    const bool may_be_late = instant(history_, i) + slack(history_) >= run_.deadline;
    if (attempts == attempts_ || (may_be_late && attempts == attempts_ + 1)) return;
    report({i}, fmt::format("{} was told of {} {}, and there were {}", name(run_.task),
                            counted(attempts, "attempt"), moment(history_, i), attempts_));
  }

  void ends(EventIndex i, Outcome outcome) {
    // Work may say something else of a conflict than what it was, but not where it ends well.
    const bool is_conflict = outcome == Outcome::conflict ||
                             (outcome == Outcome::failed && failed_ == Outcome::conflict &&
                              history_.events[run_.run].outcome == Outcome::ok);
    const bool may_connect = outcome == Outcome::connect_failed && connected_ == Outcome::failed &&
                             !has_connects(i, [](Outcome connected) {
                               return connected != Outcome::ok && connected != Outcome::failed;
                             });
    const bool may_pass = is_conflict || may_connect;
    const bool had_time = run_.deadline == Instant::max();
    if (!may_pass || attempts_ >= run_.attempts_max || !had_time) return;
    report({i},
           fmt::format("{} gave up after {} {}, with {} of {}", name(run_.task),
                       is_conflict ? "a conflict" : "a connect had failed", moment(history_, i),
                       counted(attempts_, "attempt"), run_.attempts_max));
  }

  void report(std::vector<std::size_t> events, std::string sentence) {
    events.insert(events.begin(), run_.run);
    found_.push_back({LawId::transaction_retries, std::move(events), std::move(sentence)});
  }

  const History& history_;
  const TransactionRun& run_;
  Found& found_;
  std::uint32_t attempts_ = 0;
  EventIndex last_ = absent;
  bool has_paused_ = false;
  bool is_refused_ = false;  // the attempt before had no connection, for a reason that lasts
  /// Of the attempt's own last connect. What it throws may come again.
  Outcome connected_ = Outcome::ok;
  Outcome failed_ = Outcome::ok;  // conflict: of its statements none failed for another reason
  Sent sent_;
};

}  // namespace

void judge_transaction_deadline(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index)) {
    judge_deadline(history, run, found);
    TimeGiven(history, run, found).judge();
  }
}

void judge_transaction_retries(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index)) {
    judge_attempts(history, run, found);
    Attempts(history, run, found).judge();
  }
}

}  // namespace poolproof::sim
