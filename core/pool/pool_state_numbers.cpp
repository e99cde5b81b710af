// What a pool's state tells: its numbers and its events.

#include <poolproof/core/pool/pool_state.h>

namespace poolproof {

PoolMetrics PoolState::metrics() const {
  PoolMetrics metrics;
  metrics.idle = idle_.size();
  metrics.in_use = in_use();
  metrics.invalid = closing_;
  metrics.total = metrics.idle + metrics.in_use + metrics.invalid;
  metrics.opening = opening_;
  metrics.leases = leases();
  metrics.waiting = queue_.size();
  metrics.acquires = acquires_;
  metrics.releases = releases_;
  metrics.timeouts = timeouts_;
  metrics.connects = connects_;
  metrics.connect_failures = connect_failures_;
  metrics.closes = closes_;
  metrics.waits = waits_;
  return metrics;
}

AcquireError PoolState::describe(AcquireErrorKind kind, Instant now) const {
  AcquireError error;
  error.kind = kind;
  error.max_size = max_size_;
  error.in_use = in_use();
  error.opening = opening_;
  error.waiting = queue_.size();
  const Slot* const oldest = leased_.front();
  if (oldest == nullptr) return error;
  error.oldest_lease_taken_by = oldest->taken_by;
  error.oldest_lease_age = now - oldest->taken_at;
  return error;
}

PoolEvent PoolState::event(PoolEventKind kind, const Slot* slot) {
  PoolEvent event;
  event.kind = kind;
  event.sequence = ++sequence_;
  event.leases = leases();
  event.waiting = queue_.size();
  if (slot == nullptr) return event;
  event.connection = slot->id;
  event.from = event.to = slot->state;
  return event;
}

void PoolState::note(PoolEventKind kind, const Slot& slot, const DbError& error) {
  if (events_ == nullptr) return;
  PoolEvent failure = event(kind, &slot);
  failure.error = &error;
  events_->add(failure);
}

void PoolState::note_waiter(PoolEventKind kind, const Waiter& waiter, const Slot* slot) {
  if (events_ == nullptr) return;
  PoolEvent told = event(kind, slot);
  told.waiter = waiter.id;
  events_->add(told);
}

}  // namespace poolproof
