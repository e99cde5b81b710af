#include <poolproof/sim/scenario/recorder.h>

#include <algorithm>
#include <mutex>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/judge/transaction_mode.h>

namespace poolproof::sim {
namespace {

using mocks::CallOutcome;

Outcome outcome_of(CallOutcome outcome) {
  switch (outcome) {
    case CallOutcome::ok:
      return Outcome::ok;
    case CallOutcome::failed:
      return Outcome::failed;
    case CallOutcome::timed_out:
      return Outcome::timed_out;
    case CallOutcome::threw:
      return Outcome::threw;
    case CallOutcome::conflict:
      return Outcome::conflict;
    case CallOutcome::read_only:
      return Outcome::read_only;
    case CallOutcome::refused:
      return Outcome::refused;
  }
  return Outcome::failed;
}

TransactionStep step_of(mocks::StoreEffect effect) {
  switch (effect) {
    case mocks::StoreEffect::began:
      return TransactionStep::began;
    case mocks::StoreEffect::changed:
      return TransactionStep::changed;
    case mocks::StoreEffect::committed:
      return TransactionStep::committed;
    case mocks::StoreEffect::rolled_back:
      return TransactionStep::rolled_back;
    case mocks::StoreEffect::undone:
      return TransactionStep::undone;
  }
  return TransactionStep::none;
}

SessionId id_of(mocks::SessionNumber session) {
  return SessionId{static_cast<std::uint32_t>(session)};
}

/// How long a call was given; a close is given nothing.
Duration given(ClientCall call, Instant deadline, Instant now) {
  if (call == ClientCall::close) return Duration::zero();
  if (deadline == Instant::max()) return Duration::max();
  return std::max(deadline - now, Duration(1));
}

std::size_t running() {
  return static_cast<std::size_t>(Engine::current().running());
}

/// The harness's own memory does not count when allocations are made to fail, nor is it watched.
template <class Entry>
[[gnu::noinline]] void grow(std::vector<Entry>& entries) {
  const mocks::AllocationFaults::Pause pause;
  Unwatched unwatched;
  const std::scoped_lock lock(unwatched);
  entries.reserve(2 * entries.size() + 64);
}

template <class Entry>
void add(std::vector<Entry>& entries, const Entry& entry) {
  if (entries.size() == entries.capacity()) [[unlikely]]
    grow(entries);
  entries.push_back(entry);
}

}  // namespace

void Recorder::on_begin(ClientCall call, mocks::SessionNumber session, Instant deadline) {
  pause();
  if (!is_writing()) return;
  append({.kind = EventKind::client_begin,
          .operation = operation(),
          .client_call = call,
          .session = id_of(session),
          .timeout = given(call, deadline, now())});
}

void Recorder::on_end(ClientCall call, mocks::SessionNumber session, CallOutcome outcome) {
  if (!is_writing()) return;
  append({.kind = EventKind::client_end,
          .operation = operation(),
          .client_call = call,
          .outcome = outcome_of(outcome),
          .session = id_of(session)});
}

void Recorder::on_effect(mocks::StoreEffect effect, mocks::SessionNumber session,
                         const mocks::StoreDetail& detail) {
  if (!is_writing()) return;
  const bool is_end =
      effect == mocks::StoreEffect::committed || effect == mocks::StoreEffect::rolled_back;
  stepped({.session = id_of(session),
           .count = static_cast<std::uint32_t>(detail.row),
           .step = step_of(effect),
           .amount = is_end ? number_of(detail.mode) : static_cast<std::int32_t>(detail.change)});
}

void Recorder::on_death(mocks::SessionNumber session, Duration ago) {
  if (!is_writing()) return;
  append({.kind = EventKind::server, .session = id_of(session), .timeout = ago});
}

void Recorder::on_event(const PoolEvent& event) {
  append({.kind = EventKind::observed,
          .operation = operation(),
          .count = static_cast<std::uint32_t>(event.waiting),
          .pool_event = event.kind,
          .from = event.from,
          .to = event.to,
          .connection = static_cast<std::uint32_t>(event.connection),
          .waiter = static_cast<std::uint32_t>(event.waiter),
          .sequence = static_cast<std::uint32_t>(event.sequence),
          .amount = static_cast<std::int32_t>(event.leases)});
}

void SimRecorder::append(Event event) {
  if (history_ == nullptr) return;
  const Engine& engine = Engine::current();
  if (engine.is_aborting()) return;
  event.at = engine.now();
  event.task = engine.running();
  event.locks_held = engine.locks_held();
  if (event.kind == EventKind::client_begin) in_client_call_[running()] = true;
  if (event.kind == EventKind::client_end) in_client_call_[running()] = false;
  add(history_->events, event);
}

std::uint32_t SimRecorder::keep(const Snapshot& snapshot) {
  if (history_ == nullptr) return 0;
  add(history_->snapshots, snapshot);
  return static_cast<std::uint32_t>(history_->snapshots.size());
}

std::uint32_t SimRecorder::keep(const Refusal& refusal) {
  if (history_ == nullptr) return 0;
  add(history_->refusals, refusal);
  return static_cast<std::uint32_t>(history_->refusals.size());
}

void SimRecorder::is_client(ClientName name) {
  clients_[running()] = name;
}

void SimRecorder::enter(Operation operation) {
  operations_[running()] = operation;
}

Operation SimRecorder::operation() const {
  return operations_[running()];
}

void SimRecorder::on_parked(TaskId task) {
  if (history_ == nullptr) return;
  const Operation operation = operations_[static_cast<std::size_t>(task)];
  if (operation == Operation::none || in_client_call_[static_cast<std::size_t>(task)]) return;
  add(history_->events, {.at = Engine::current().now(),
                         .kind = EventKind::parked,
                         .operation = operation,
                         .task = task});
}

void SimRecorder::on_stalled(bool is_deadlock, Duration until_next_timer) {
  if (history_ == nullptr) return;
  add(history_->events, {.at = Engine::current().now(),
                         .kind = EventKind::stalled,
                         .outcome = is_deadlock ? Outcome::deadlock : Outcome::ok,
                         .timeout = until_next_timer});
}

void SimRecorder::finish(Outcome outcome, Instant at) {
  if (history_ == nullptr) return;
  add(history_->events, {.at = at, .kind = EventKind::finished, .outcome = outcome});
}

}  // namespace poolproof::sim
