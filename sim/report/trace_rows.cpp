#include <poolproof/sim/report/trace_rows.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/words.h>
#include <poolproof/sim/judge/transaction_mode.h>

namespace poolproof::sim {
namespace {

std::string duration_words(Duration duration) {
  return duration == Duration::max() ? "forever" : mocks::print_duration(duration);
}

std::string session_words(SessionId session) {
  return session == SessionId{} ? "" : fmt::format(" #{}", static_cast<std::uint32_t>(session));
}

std::string call_words(const Event& event) {
  std::string text(to_string(event.operation));
  switch (event.operation) {
    case Operation::acquire:
    case Operation::drain:
      return text + " " + duration_words(event.timeout);
    case Operation::leave:
      return fmt::format("{} {}", text,
                         mocks::to_string(static_cast<mocks::Leftover>(event.count)));
    case Operation::resize:
      return fmt::format("{} {} {}", text, event.min_size, event.max_size);
    case Operation::cancel:
      return fmt::format("{} task {}", text, event.count);
    default:
      return text + session_words(event.session);
  }
}

std::string snapshot_words(const Snapshot& snapshot) {
  return fmt::format("total {}, idle {}, in_use {}, waiting {}", snapshot.total, snapshot.idle,
                     snapshot.in_use, snapshot.waiting);
}

std::string return_words(const Event& event, const History& history) {
  if (event.outcome != Outcome::ok) return fmt::format("= {}", to_string(event.outcome));
  switch (event.operation) {
    case Operation::acquire:
    case Operation::try_acquire:
      return fmt::format("={}", event.session == SessionId{} ? " a lease without a session"
                                                             : session_words(event.session));
    case Operation::drain:
      return fmt::format("= {} out", event.count);
    case Operation::use_ended:
      return event.count == 0 ? "= none"
                              : fmt::format("= reaches{}", session_words(event.session));
    case Operation::metrics:
      if (event.snapshot == 0 || event.snapshot > history.snapshots.size()) return "= ok";
      return "= " + snapshot_words(history.snapshots[event.snapshot - 1]);
    default:
      return "= ok";
  }
}

std::string client_words(const Event& event) {
  return fmt::format("  {}{}", to_string(event.client_call), session_words(event.session));
}

std::string observed_words(const Event& event) {
  const std::string connection = event.connection == 0
                                     ? std::string("a slot")
                                     : fmt::format("connection {}", event.connection);
  switch (event.pool_event) {
    case PoolEventKind::queued:
      return fmt::format("  waits as no. {}", event.waiter);
    case PoolEventKind::granted:
      return fmt::format("  grants {} to no. {}", connection, event.waiter);
    case PoolEventKind::withdrawn:
      return fmt::format("  no. {} withdraws", event.waiter);
    case PoolEventKind::refused:
      return fmt::format("  no. {} is refused", event.waiter);
    case PoolEventKind::state_changed:
      return fmt::format("  {}: {} to {}", connection, to_string(event.from), to_string(event.to));
    default:
      return fmt::format("  {}: {}", connection, to_string(event.pool_event));
  }
}

std::string transaction_words(const Event& event) {
  switch (event.step) {
    case TransactionStep::run:
      return fmt::format("transaction {}, {}", duration_words(event.timeout),
                         mode_words(event.amount));
    case TransactionStep::done:
      return fmt::format("= transaction {}", to_string(event.outcome));
    case TransactionStep::worked:
      return "  its work ends";
    case TransactionStep::pauses:
      return fmt::format("  pauses {}", duration_words(event.timeout));
    case TransactionStep::claims:
      return fmt::format("  says: row {} by {:+}", event.count, event.amount);
    case TransactionStep::changed:
      return fmt::format("    row {} by {:+}", event.count, event.amount);
    case TransactionStep::counted:
      return fmt::format("  hears of {}", counted(event.count, "attempt"));
    case TransactionStep::committed:
    case TransactionStep::rolled_back:
      return fmt::format("    {}{} ({})", to_string(event.step), session_words(event.session),
                         mode_words(event.amount));
    case TransactionStep::balance:
      return fmt::format("row {} holds {}", event.count, event.amount);
    default:
      return fmt::format("    {}{}", to_string(event.step), session_words(event.session));
  }
}

std::string stalled_words(const Event& event) {
  if (event.outcome == Outcome::deadlock) return "nobody can run, and no time is left to wait for";
  if (event.timeout == Duration::zero()) return "nobody can run: time moves on";
  return fmt::format("nobody can run: time moves on by {}", duration_words(event.timeout));
}

}  // namespace

std::string event_words(const Event& event, const History& history) {
  switch (event.kind) {
    case EventKind::call:
      return call_words(event);
    case EventKind::ret:
      return return_words(event, history);
    case EventKind::client_begin:
      return client_words(event) + " ...";
    case EventKind::client_end:
      return fmt::format("{} {}", client_words(event), to_string(event.outcome));
    case EventKind::parked:
      return "  sleeps";
    case EventKind::stalled:
      return stalled_words(event);
    case EventKind::observed:
      return observed_words(event);
    case EventKind::server:
      if (event.session == SessionId{}) return "the server restarts: all sessions are dead";
      return fmt::format("{} has been dead for {}, and its client knows",
                         session_words(event.session).substr(1), duration_words(event.timeout));
    case EventKind::finished:
      return fmt::format("the end: {}", to_string(event.outcome));
    case EventKind::transaction:
      return transaction_words(event);
  }
  return "";
}

namespace {

bool is_shown(const Event& event) {
  if (event.kind == EventKind::transaction)
    return event.step != TransactionStep::began && event.step != TransactionStep::claims;
  if (event.kind != EventKind::observed) return true;
  return event.pool_event == PoolEventKind::queued || event.pool_event == PoolEventKind::granted ||
         event.pool_event == PoolEventKind::withdrawn ||
         event.pool_event == PoolEventKind::refused;
}

}  // namespace

bool concerns_all(const Event& event) noexcept {
  return event.kind == EventKind::stalled || event.kind == EventKind::server ||
         event.kind == EventKind::finished;
}

std::vector<std::string> marks_of(const History& history, std::span<const Violation> violations) {
  std::vector<std::string> marks(history.events.size());
  for (const Violation& violation : violations) {
    const std::string label(law(violation.law).label);
    for (const std::size_t event : violation.events) {
      if (event >= marks.size()) continue;
      std::string& mark = marks[event];
      if ((" " + mark + " ").find(" " + label + " ") != std::string::npos) continue;
      mark += mark.empty() ? label : " " + label;
    }
  }
  return marks;
}

namespace {

/// Whether `end` says how `begin` went.
bool completes(const Event& begin, const Event& end) {
  if (begin.task != end.task || begin.at != end.at || begin.operation != end.operation)
    return false;
  if (begin.kind == EventKind::call) return end.kind == EventKind::ret;
  return begin.kind == EventKind::client_begin && end.kind == EventKind::client_end &&
         begin.client_call == end.client_call;
}

std::string joined_marks(const std::string& first, const std::string& second) {
  if (first.empty() || first == second) return second;
  return second.empty() ? first : first + " " + second;
}

}  // namespace

std::vector<TraceRow> trace_rows(const History& history, std::span<const Violation> violations) {
  const std::vector<std::string> marks = marks_of(history, violations);
  std::vector<TraceRow> rows;
  const Event* before = nullptr;  // the last event shown, if it can still be completed
  for (std::size_t i = 0; i < history.events.size(); ++i) {
    const Event& event = history.events[i];
    if (!is_shown(event) && marks[i].empty()) continue;
    if (before != nullptr && completes(*before, event)) {
      TraceRow& row = rows.back();
      row.text = event.kind == EventKind::ret
                     ? fmt::format("{} {}", row.text, event_words(event, history))
                     : event_words(event, history);
      row.marks = joined_marks(row.marks, marks[i]);
      before = nullptr;
      continue;
    }
    rows.push_back({event.at, concerns_all(event) ? no_task : event.task,
                    event_words(event, history), marks[i]});
    before = &event;
  }
  return rows;
}

}  // namespace poolproof::sim
