#include <poolproof/sim/judge/history_check.h>

#include <utility>

#include <fmt/format.h>

namespace poolproof::sim {

namespace {

std::size_t number(SessionId session) noexcept {
  return static_cast<std::size_t>(session);
}
std::size_t number(TaskId task) noexcept {
  return static_cast<std::size_t>(task);
}

bool is_of_execution(Outcome outcome) noexcept {
  return outcome == Outcome::deadlock || outcome == Outcome::livelock ||
         outcome == Outcome::crashed || outcome == Outcome::data_race ||
         outcome == Outcome::aborted;
}

bool is_of_client(Outcome outcome) noexcept {
  return outcome == Outcome::ok || outcome == Outcome::failed || outcome == Outcome::threw ||
         outcome == Outcome::timed_out || outcome == Outcome::conflict ||
         outcome == Outcome::read_only || outcome == Outcome::refused;
}

bool is_of_transaction(Outcome outcome) noexcept {
  return outcome == Outcome::conflict || outcome == Outcome::ambiguous ||
         outcome == Outcome::read_only || outcome == Outcome::refused;
}

std::string misplaced(Outcome outcome, std::string_view event) {
  return fmt::format("field \"outcome\" \"{}\": is not one of the event {}", to_string(outcome),
                     event);
}

std::string missing(std::string_view field, EventKind kind) {
  return fmt::format("field \"{}\": is missing, and the event {} needs it", field,
                     to_string(kind));
}

/// The fields without which an event of its kind says nothing.
std::string check_fields(const Event& event) {
  const bool is_of_world = event.kind == EventKind::stalled || event.kind == EventKind::server ||
                           event.kind == EventKind::finished;
  if (!is_of_world && event.task == no_task) return missing("task", event.kind);
  const bool is_operation = event.kind == EventKind::call || event.kind == EventKind::ret;
  if (is_operation && event.operation == Operation::none) return missing("operation", event.kind);
  const bool is_client =
      event.kind == EventKind::client_begin || event.kind == EventKind::client_end;
  if (is_client && event.client_call == ClientCall::none)
    return missing("client_call", event.kind);
  if (is_client && event.session == SessionId{}) return missing("session", event.kind);
  if (event.kind == EventKind::transaction && event.step == TransactionStep::none)
    return missing("step", event.kind);
  return {};
}

std::string check_outcome(const Event& event) {
  switch (event.kind) {
    case EventKind::ret:
      return is_of_execution(event.outcome) || is_of_transaction(event.outcome)
                 ? misplaced(event.outcome, "return")
                 : "";
    case EventKind::transaction:
      return is_of_execution(event.outcome) ? misplaced(event.outcome, "transaction") : "";
    case EventKind::client_end:
      return is_of_client(event.outcome) ? "" : misplaced(event.outcome, "client_end");
    case EventKind::stalled:
      return event.outcome == Outcome::ok || event.outcome == Outcome::deadlock
                 ? ""
                 : misplaced(event.outcome, "stalled");
    case EventKind::finished:
      return event.outcome == Outcome::ok || is_of_execution(event.outcome)
                 ? ""
                 : misplaced(event.outcome, "finished");
    default:
      return event.outcome == Outcome::ok ? "" : misplaced(event.outcome, to_string(event.kind));
  }
}

}  // namespace

std::string HistoryCheck::accept(const Event& event, std::size_t place) {
  for (std::string problem : {check_order(event), check_fields(event), check_outcome(event)}) {
    if (!problem.empty()) return problem;
  }
  last_ = event.at;
  return check_kind(event, place);
}

std::string HistoryCheck::check_order(const Event& event) const {
  if (finished_at_ != 0) {
    return fmt::format("nothing may follow the event finished (line {})", finished_at_);
  }
  if (event.at >= last_) return {};
  return fmt::format("field \"at\" {}: must not be less than {}, the time of the event before",
                     event.at.time_since_epoch().count(), last_.time_since_epoch().count());
}

std::string HistoryCheck::check_kind(const Event& event, std::size_t place) {
  switch (event.kind) {
    case EventKind::call:
      return check_call(event, place);
    case EventKind::ret:
      return check_return(event);
    case EventKind::client_begin:
      return check_client_begin(event, place);
    case EventKind::client_end:
      return check_client_end(event);
    case EventKind::parked:
      return check_parked(event);
    case EventKind::finished:
      finished_at_ = place;
      return {};
    case EventKind::transaction:
      return check_known(event.session);
    case EventKind::stalled:
    case EventKind::observed:
    case EventKind::server:
      return {};
  }
  return {};
}

HistoryCheck::TaskNow& HistoryCheck::now(TaskId task) {
  if (number(task) >= tasks_.size()) tasks_.resize(number(task) + 1);
  return tasks_[number(task)];
}

std::string HistoryCheck::check_call(const Event& event, std::size_t place) {
  TaskNow& task = now(event.task);
  if (task.operation != Operation::none) {
    return fmt::format("task {} calls {} but has not returned from {} (line {})",
                       number(event.task), to_string(event.operation), to_string(task.operation),
                       task.called_at);
  }
  task.operation = event.operation;
  task.called_at = place;
  if (event.operation == Operation::resize) return check_sizes(event);
  if (event.operation == Operation::cancel && event.count >= std::to_underlying(no_task)) {
    return fmt::format("field \"count\" {}: must be the number of a task, from 0 to {}",
                       event.count, std::to_underlying(no_task) - 1);
  }
  return check_known(event.session);
}

std::string HistoryCheck::check_sizes(const Event& resize) {
  if (resize.max_size == 0 || resize.max_size > PoolConfig::max_size_limit) {
    return fmt::format("field \"max_size\" {}: must be from 1 to {}", resize.max_size,
                       PoolConfig::max_size_limit);
  }
  if (resize.min_size <= resize.max_size) return {};
  return fmt::format("field \"min_size\" {}: must not exceed max_size {}", resize.min_size,
                     resize.max_size);
}

std::string HistoryCheck::check_return(const Event& event) {
  TaskNow& task = now(event.task);
  if (task.operation != event.operation) {
    return fmt::format("task {} returns from {}, which it has not called", number(event.task),
                       to_string(event.operation));
  }
  if (task.client_call != ClientCall::none) {
    return fmt::format("task {} returns from {} while its {} of the client is under way (line {})",
                       number(event.task), to_string(event.operation),
                       mocks::to_string(task.client_call), task.began_at);
  }
  task.operation = Operation::none;
  return check_known(event.session);
}

std::string HistoryCheck::check_client_begin(const Event& event, std::size_t place) {
  TaskNow& task = now(event.task);
  if (task.client_call != ClientCall::none) {
    return fmt::format("task {} begins {} but has not ended {} (line {})", number(event.task),
                       mocks::to_string(event.client_call), mocks::to_string(task.client_call),
                       task.began_at);
  }
  if (event.operation != Operation::none && event.operation != task.operation) {
    return fmt::format("field \"operation\" \"{}\": task {} is in {}", to_string(event.operation),
                       number(event.task), to_string(task.operation));
  }
  task.client_call = event.client_call;
  task.session = event.session;
  task.began_at = place;
  if (event.client_call == ClientCall::connect) return check_connect(event.session, place);
  return check_known(event.session);
}

std::string HistoryCheck::check_connect(SessionId session, std::size_t place) {
  constexpr std::size_t ahead_max = 1000;  // Real threads may be recorded a little out of order.
  ++connects_;
  const std::size_t wanted = number(session);
  if (wanted > connects_ + ahead_max) {
    return fmt::format(
        "field \"session\" {}: sessions are numbered from 1 in order of connect, and "
        "this is number {}",
        wanted, connects_);
  }
  if (wanted >= connected_at_.size()) connected_at_.resize(wanted + 1);
  if (connected_at_[wanted] != 0) {
    return fmt::format("field \"session\" {}: was connected before (line {})", wanted,
                       connected_at_[wanted]);
  }
  connected_at_[wanted] = place;
  return {};
}

std::string HistoryCheck::check_client_end(const Event& event) {
  TaskNow& task = now(event.task);
  if (task.client_call != event.client_call || task.session != event.session) {
    return fmt::format("task {} ends {} on session {}, which it has not begun", number(event.task),
                       mocks::to_string(event.client_call), number(event.session));
  }
  task.client_call = ClientCall::none;
  return {};
}

std::string HistoryCheck::check_parked(const Event& event) {
  if (now(event.task).operation != Operation::none) return {};
  return fmt::format("task {} is parked, but in no operation", number(event.task));
}

std::string HistoryCheck::check_known(SessionId session) const {
  const std::size_t wanted = number(session);
  const bool is_known = wanted < connected_at_.size() && connected_at_[wanted] != 0;
  if (wanted == 0 || is_known) return {};
  return fmt::format("field \"session\" {}: is unknown, no connect of it has begun", wanted);
}

}  // namespace poolproof::sim
