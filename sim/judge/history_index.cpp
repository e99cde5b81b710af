#include <poolproof/sim/judge/history_index.h>

#include <algorithm>
#include <utility>

#include <poolproof/sim/judge/observed_facts.h>
#include <poolproof/sim/judge/sweep.h>

namespace poolproof::sim {

namespace {

bool may_sleep_for_long(Operation kind) noexcept {
  return kind == Operation::acquire || kind == Operation::drain;
}

}  // namespace

void Sweep::run() {
  const auto size = static_cast<EventIndex>(history_.events.size());
  index_.operation_at.resize(size);
  for (EventIndex i = 0; i < size; ++i) {
    const Event& event = history_.events[i];
    const bool has_task = event.task != no_task;
    index_.operation_at[i] = has_task ? task_now(event.task).operation : absent;
    switch (event.kind) {
      case EventKind::call:
        on_call(i, event);
        break;
      case EventKind::ret:
        on_return(i, event);
        break;
      case EventKind::client_begin:
        on_client_begin(i, event);
        break;
      case EventKind::client_end:
        on_client_end(i, event);
        break;
      case EventKind::parked:
        on_parked(i, event);
        break;
      case EventKind::stalled:
        on_stalled(i, event);
        break;
      case EventKind::observed:
        on_observed(i, event);
        break;
      case EventKind::server:
        on_server(i, event);
        break;
      case EventKind::finished:
        note_first(index_.finished, i);
        break;
      case EventKind::transaction:
        index_.transactions.push_back(i);
        break;
    }
  }
}

void Sweep::on_server(EventIndex i, const Event& event) {
  if (event.session == SessionId{}) return index_.server_restarts.push_back(i);
  const std::uint32_t found = index_.find(event.session);
  if (found == absent) return;
  Instant& since = index_.sessions[found].dead_since;
  since = std::min(since, event.at - event.timeout);
}

void Sweep::on_parked(EventIndex i, const Event& event) {
  auto& task = task_now(event.task);
  if (task.operation == absent || task.client != absent)
    return;  // The client may sleep as it likes.
  task.parked = i;
  note_first(index_.operations[task.operation].parked, i);
}

void Sweep::on_stalled(EventIndex i, const Event& event) {
  StallRecord stall;
  stall.event = i;
  stall.parked_begin = static_cast<std::uint32_t>(index_.parked.size());
  std::uint32_t patient = 0;
  for (const auto& task : index_.tasks_now) {
    if (task.operation == absent || task.parked == absent || task.client != absent) continue;
    index_.parked.push_back({task.operation, task.parked});
    if (may_sleep_for_long(index_.operations[task.operation].kind)) ++patient;
  }
  stall.parked_end = static_cast<std::uint32_t>(index_.parked.size());
  stall.counted = counted_;
  stall.leases_out = index_.leases_out;
  stall.calls_under_way = calls_under_way_;
  stall.is_busy = index_.operations_open != patient || own_calls_under_way_ != 0;
  if (patient != 0 && !stall.is_busy) stall.idle_session = idle_session(event.at);
  were_own_threads_active_ = own_calls_under_way_ != 0;
  index_.stalls.push_back(stall);
}

std::uint32_t Sweep::idle_session(Instant now) const {
  for (std::uint32_t s = 0; s < index_.sessions.size(); ++s) {
    const SessionRecord& session = index_.sessions[s];
    const auto& state = index_.sessions_now[s];
    const bool is_open = session.is_connected && session.close_begin == absent;
    const bool is_free =
        state.lease == absent && state.client == absent && state.broken_by == absent;
    if (is_open && is_free && is_fit(session, now)) return s;
  }
  return absent;
}

/// Whether nothing is known that would forbid to hand the session out.
bool Sweep::is_fit(const SessionRecord& session, Instant now) const {
  if (session.invalidated != absent) return false;
  const Duration lifetime = history_.config.max_lifetime;
  const Duration age = now - history_.events[session.connect_begin].at;
  if (lifetime > Duration::zero() && age >= lifetime - lifetime / 10) return false;
  return std::ranges::all_of(index_.evictions, [&](std::uint32_t eviction) {
    const EventIndex ret = index_.operations[eviction].ret;
    return ret < session.connect_begin;
  });
}

void Sweep::on_observed(EventIndex i, const Event& event) {
  auto& observed = index_.observed;
  observed.push_back({event.sequence, i});
  for (std::size_t k = observed.size() - 1; k > 0; --k) {  // Nearly in order: little to do.
    if (observed[k - 1].sequence <= observed[k].sequence) break;
    std::swap(observed[k - 1], observed[k]);
  }
  if (event.task == no_task) return;
  auto& task = task_now(event.task);
  task.parked = absent;
  if (event.pool_event != PoolEventKind::queued) return;
  const std::uint32_t operation = task.operation;
  if (operation != absent) index_.operations[operation].waiter = event.waiter;
}

void HistoryIndex::build(const History& history) {
  const auto clear = [](auto&... lists) { (lists.clear(), ...); };
  clear(operations, sessions, leases, clients, stalls, parked, metrics, waiters, observed,
        transition_breaks, resizes, evictions, server_restarts, demotions, transactions,
        session_by_number, tasks_now, sessions_now, connections_now, queue_now, tallies_now);
  first_close_call = first_close_return = destroy_call = destroy_return = absent;
  last_own_call = finished = absent;
  own_threads_connect = false;
  leases_out = operations_open = 0;
  Sweep(history, *this).run();
  if (!observed.empty()) follow_observer(history, *this);
}

EventIndex HistoryIndex::settled(const SessionRecord& session) const noexcept {
  const EventIndex leased =
      session.first_lease == absent ? absent : leases[session.first_lease].begin;
  const EventIndex opened = session.opener == absent ? absent : operations[session.opener].ret;
  return std::min(leased, opened);
}

std::uint32_t HistoryIndex::lease_at(const SessionRecord& session,
                                     EventIndex event) const noexcept {
  std::uint32_t lease = session.last_lease;
  while (lease != absent && leases[lease].begin > event)
    lease = leases[lease].previous;
  return lease != absent && leases[lease].end > event ? lease : absent;
}

}  // namespace poolproof::sim
