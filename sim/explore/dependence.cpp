#include <poolproof/sim/explore/dependence.h>

namespace poolproof::sim {
namespace {

/// What a step is to an object that others may touch, too.
enum class Access : std::uint8_t {
  none,
  read,          // of an atomic's value
  read_or_park,  // the same, and perhaps among those to be notified from now on
  write,
  notify_none,  // a notify that found nobody
  notify,
  other,
};

bool is_mutex(IntentKind kind) noexcept {
  return kind == IntentKind::lock || kind == IntentKind::try_lock || kind == IntentKind::unlock;
}

std::uint32_t mutex_of(const Footprint& step) noexcept {
  return is_mutex(step.kind) ? step.object : step.mutex;
}

// Only the holder can do it, or nobody can while another holds the mutex.
bool needs_mutex_state(IntentKind kind) noexcept {
  return kind != IntentKind::try_lock;
}

Access access_of(const Footprint& step) noexcept {
  switch (step.kind) {
    case IntentKind::load:
      return Access::read;
    case IntentKind::atomic_wait:
      return Access::read_or_park;
    case IntentKind::store:
    case IntentKind::exchange:
    case IntentKind::compare_exchange:
      return Access::write;
    case IntentKind::notify_one:
    case IntentKind::notify_all:
    case IntentKind::atomic_notify:
      return (step.notes & step_note::wakes) != 0 ? Access::notify : Access::notify_none;
    case IntentKind::wait:
    case IntentKind::semaphore_acquire:
    case IntentKind::semaphore_release:
    case IntentKind::lock_exclusive:
    case IntentKind::lock_shared:
    case IntentKind::unlock_shared:
    case IntentKind::owner_lock:
    case IntentKind::sharer_lock:
    case IntentKind::owner_unlock:
    case IntentKind::count_down:
    case IntentKind::latch_wait:
    case IntentKind::arrive:
    case IntentKind::barrier_wait:
    case IntentKind::once:
    case IntentKind::stop:
    case IntentKind::park:
    case IntentKind::unpark:
      return Access::other;
    default:
      return Access::none;
  }
}

bool is_notify(Access access) noexcept {
  return access == Access::notify || access == Access::notify_none;
}

bool is_value(Access access) noexcept {
  return access == Access::read || access == Access::write;
}

bool is_read(Access access) noexcept {
  return access == Access::read || access == Access::read_or_park;
}

bool races_on_object(const Footprint& a, const Footprint& b) noexcept {
  if (a.object == 0 || a.object != b.object) return false;
  const Access of_a = access_of(a);
  const Access of_b = access_of(b);
  if (of_a == Access::none || of_b == Access::none) return false;
  if (is_read(of_a) && is_read(of_b)) return false;
  if (of_a == Access::notify_none && of_b == Access::notify_none) return false;
  // The value of an atomic, and who waits on it, are two things.
  if (is_value(of_a) && is_notify(of_b)) return false;
  if (is_notify(of_a) && is_value(of_b)) return false;
  return true;
}

bool has(const Footprint& step, StepNotes notes) noexcept {
  return (step.notes & notes) != 0;
}

bool is_kind_of_both(const Footprint& a, const Footprint& b, IntentKind kind) noexcept {
  return a.kind == kind && b.kind == kind;
}

/// Whether `unlock` is what lets `lock` in, so that it could not have been the other way round.
bool lets_in(const Footprint& unlock, const Footprint& lock) noexcept {
  if (unlock.object == 0 || unlock.object != lock.object) return false;
  if (unlock.kind == IntentKind::unlock_shared) return lock.kind == IntentKind::lock_exclusive;
  return unlock.kind == IntentKind::unlock &&
         (lock.kind == IntentKind::lock_exclusive || lock.kind == IntentKind::lock_shared);
}

bool is_noticed_by_all(const Footprint& step) noexcept {
  return has(step, step_note::everything | step_note::yields) || step.kind == IntentKind::yield;
}

bool races_on_time(const Footprint& a, const Footprint& b) noexcept {
  using namespace step_note;
  if (has(a, fires_timer) && has(b, reads_clock | sets_timer | clears_timer)) return true;
  if (has(b, fires_timer) && has(a, reads_clock | sets_timer | clears_timer)) return true;
  // Equal deadlines pass in the order in which they were set.
  return has(a, sets_timer) && has(b, sets_timer);
}

}  // namespace

Relation relation(const Footprint& a, const Footprint& b) noexcept {
  if (has(a, step_note::barrier) || has(b, step_note::barrier)) return Relation::ordered;
  // One that may be refused notes that everything matters to it.
  if (lets_in(a, b) || lets_in(b, a))
    return is_noticed_by_all(a) || is_noticed_by_all(b) ? Relation::racing : Relation::ordered;
  const std::uint32_t mutex = mutex_of(a);
  const bool is_same_mutex = mutex != 0 && mutex == mutex_of(b);
  if (is_same_mutex && !is_kind_of_both(a, b, IntentKind::lock) && needs_mutex_state(a.kind) &&
      needs_mutex_state(b.kind)) {
    return Relation::ordered;
  }
  const bool is_racing = is_same_mutex || is_noticed_by_all(a) || is_noticed_by_all(b) ||
                         races_on_object(a, b) || races_on_time(a, b) ||
                         (has(a, step_note::budget) && has(b, step_note::budget)) ||
                         (has(a, step_note::database) && has(b, step_note::database)) ||
                         is_kind_of_both(a, b, IntentKind::spawn);
  return is_racing ? Relation::racing : Relation::independent;
}

}  // namespace poolproof::sim
