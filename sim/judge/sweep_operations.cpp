#include <poolproof/sim/judge/sweep.h>

#include <utility>

namespace poolproof::sim {

namespace {

bool is_acquire(Operation kind) noexcept {
  return kind == Operation::acquire || kind == Operation::try_acquire;
}

bool is_end_of_service(Operation kind) noexcept {
  return kind == Operation::close || kind == Operation::drain || kind == Operation::destroy;
}

}  // namespace

void Sweep::on_call(EventIndex i, const Event& event) {
  const auto number = static_cast<std::uint32_t>(index_.operations.size());
  OperationRecord& operation = index_.operations.emplace_back();
  operation.call = i;
  operation.task = event.task;
  operation.kind = event.operation;
  operation.session = event.session;
  operation.timeout = event.timeout;
  operation.called_at = event.at;
  operation.leases_before = index_.leases_out;
  operation.is_alone =
      index_.operations_open == 0 && !were_own_threads_active_ && own_calls_under_way_ == 0;
  ++index_.operations_open;
  auto& task = task_now(event.task);
  task.operation = number;
  task.parked = absent;
  index_.operation_at[i] = number;
  if (event.operation == Operation::release) end_lease(i, lease_ended_by(event), number);
  if (event.operation == Operation::invalidate) invalidate(i, event);
  if (event.operation == Operation::resize) index_.resizes.push_back(number);
  if (event.operation == Operation::evict_all) index_.evictions.push_back(number);
  if (is_end_of_service(event.operation)) note_first(index_.first_close_call, i);
  if (event.operation == Operation::destroy) {
    note_first(index_.destroy_call, i);
    if (!history_.capabilities.lease_outlives_pool) end_all_leases(i);
  }
  count_call(event.operation, event.task);
}

void Sweep::count_call(Operation kind, TaskId task) {
  if (is_acquire(kind)) ++tally_.acquires_called;
  if (kind != Operation::metrics) return;
  const auto number = static_cast<std::size_t>(task);
  if (number >= index_.tallies_now.size()) index_.tallies_now.resize(number + 1);
  index_.tallies_now[number] = tally_;
}

void Sweep::on_return(EventIndex i, const Event& event) {
  auto& task = task_now(event.task);
  const std::uint32_t number = std::exchange(task.operation, absent);
  task.parked = absent;
  if (number == absent) return;
  OperationRecord& operation = index_.operations[number];
  operation.ret = i;
  operation.outcome = event.outcome;
  operation.returned_at = event.at;
  operation.is_alone =
      operation.is_alone && number + 1 == index_.operations.size() && !were_own_threads_active_;
  --index_.operations_open;
  const bool has_failed = event.outcome == Outcome::threw || event.outcome == Outcome::failed;
  if (is_end_of_service(operation.kind) && !has_failed) note_first(index_.first_close_return, i);
  if (operation.kind == Operation::destroy) note_first(index_.destroy_return, i);
  if (is_acquire(operation.kind)) {
    operation.session = event.session;
    if (event.outcome == Outcome::ok) begin_lease(i, number);
  }
  count_return(operation);
  if (operation.kind == Operation::metrics && event.snapshot != 0 &&
      event.snapshot <= history_.snapshots.size()) {
    const auto& before = index_.tallies_now[static_cast<std::size_t>(event.task)];
    index_.metrics.push_back({number, event.snapshot - 1, before, tally_});
  }
}

void Sweep::count_return(const OperationRecord& operation) {
  const bool is_ok = operation.outcome == Outcome::ok;
  if (is_acquire(operation.kind)) {
    ++(is_ok ? tally_.acquires_done : tally_.acquires_failed);
    if (operation.outcome == Outcome::timed_out) ++tally_.timeouts_done;
    if (operation.outcome == Outcome::threw) ++tally_.acquires_threw;
  }
  if (operation.kind == Operation::release && operation.lease != absent) ++tally_.releases_done;
  if (is_ok) tally_.connects_done += operation.opened;
  tally_.failures_done += operation.failed_connects;
  tally_.closes_done += operation.closes;
}

void Sweep::begin_lease(EventIndex i, std::uint32_t number) {
  OperationRecord& operation = index_.operations[number];
  const std::uint32_t found = index_.find(operation.session);
  if (found == absent) return;
  SessionRecord& session = index_.sessions[found];
  auto& now = index_.sessions_now[found];
  const auto lease_number = static_cast<std::uint32_t>(index_.leases.size());
  LeaseRecord& lease = index_.leases.emplace_back();
  lease.session = found;
  lease.acquire = number;
  lease.begin = i;
  lease.previous = session.last_lease;
  lease.clash = now.lease;
  lease.call_under_way = now.client;
  lease.broken_by = now.broken_by;
  lease.sign_of_life = now.sign_of_life;
  lease.holder = operation.task;
  lease.leases_out = ++index_.leases_out;
  operation.lease = lease_number;
  note_first(session.first_lease, lease_number);
  session.last_lease = lease_number;
  now.lease = lease_number;
}

/// The lease that a release ends; absent when it is the second release of a lease that had ended.
std::uint32_t Sweep::lease_ended_by(const Event& release) const {
  const std::uint32_t found = index_.find(release.session);
  if (found == absent) return absent;
  const std::uint32_t out = index_.sessions_now[found].lease;
  if (out != absent && index_.leases[out].holder == release.task) return out;
  for (std::uint32_t l = index_.sessions[found].last_lease; l != absent;
       l = index_.leases[l].previous) {
    if (index_.leases[l].holder != release.task) continue;
    return index_.leases[l].end == absent ? l : absent;
  }
  return out;  // Its holder handed it to another task.
}

void Sweep::end_lease(EventIndex i, std::uint32_t number, std::uint32_t operation) {
  if (number == absent) return;
  LeaseRecord& lease = index_.leases[number];
  lease.end = i;
  lease.release = operation;
  --index_.leases_out;
  if (operation != absent) {
    index_.operations[operation].lease = number;
    ++tally_.releases_called;
  }
  auto& now = index_.sessions_now[lease.session];
  if (now.lease == number) now.lease = absent;
}

void Sweep::end_all_leases(EventIndex i) {
  for (std::uint32_t l = 0; l < index_.leases.size(); ++l) {
    if (index_.leases[l].end == absent) end_lease(i, l, absent);
  }
}

void Sweep::invalidate(EventIndex i, const Event& event) {
  const std::uint32_t found = index_.find(event.session);
  if (found == absent) return;
  const std::uint32_t out = index_.sessions_now[found].lease;
  if (out == absent || index_.leases[out].holder != event.task) return;
  note_first(index_.leases[out].invalidated, i);
  note_first(index_.sessions[found].invalidated, i);
}

}  // namespace poolproof::sim
