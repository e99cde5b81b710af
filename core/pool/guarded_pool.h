#pragma once
// PoolState behind its lock: decides, waits, wakes, and tells the observer. Whoever holds the lock
// is in here, and calls no client, factory or observer; pool_core.h acts on the decisions outside.

#include <algorithm>
#include <concepts>
#include <mutex>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/guarded.h>
#include <poolproof/core/pool/pool_state.h>

namespace poolproof {

template <class Platform>
class GuardedPool {
 public:
  using Clock = typename Platform::clock;
  using Lock = std::unique_lock<typename Platform::mutex>;

  struct QueuedCaller : Waiter {
    typename Platform::condition_variable condition;
  };

  /// All but the configuration must outlive this. `observer` may be null.
  GuardedPool(const PoolConfig& config, Clock& clock, PoolObserver* observer)
      : clock_(clock), observer_(observer), state_(config) {}

  [[nodiscard]] PoolObserver* observer() const noexcept { return observer_; }

  /// Lets `act(state)` or `act(state, lock)` decide under the lock, wakes whoever it granted
  /// something, and tells the observer afterwards. Returns what `act` returns.
  template <class Act>
  auto decide(Act&& act) {
    if (observer_ != nullptr) [[unlikely]]
      return decide_and_tell(act);
    return state_.with(
        [&](PoolState& state, Lock& lock) { return act_and_wake(act, state, lock); });
  }

  /// Queues the caller and returns when it has been granted something, or else been withdrawn
  /// because `deadline` has passed; what else wakes it means nothing, but that a pause of connects
  /// may be over. Under the lock, which is free meanwhile.
  void wait_for_grant(QueuedCaller& caller, PoolState& state, Lock& lock, Instant deadline) {
    caller.events = state.listener();
    state.enqueue(caller);
    wake(state);  // Before the lock is free: what was granted in this step may not be there after.
    try {
      if (caller.events != nullptr) tell_now(*caller.events, state, lock);
      while (caller.grant == Grant::nothing && !has_passed(deadline)) {
        caller.wakes_at = std::min(deadline, state.resumes_at(caller));
        Platform::wait_until(caller.condition, lock, clock_, caller.wakes_at);
        if (caller.grant == Grant::nothing && state.pauses_connects()) [[unlikely]] {
          state.resume_connects(clock_.now());
          wake(state);
        }
      }
    } catch (...) {  // A clock that cannot wait, for want of memory. What was granted meanwhile is
                     // kept.
      if (!lock.owns_lock()) lock.lock();
      state.listen(nullptr);
      if (caller.grant == Grant::nothing) {
        state.withdraw(caller);
        throw;
      }
    }
    state.listen(caller.events);  // Others have listened while the lock was free.
    if (caller.grant == Grant::nothing) state.withdraw(caller);
  }

  /// Returns when every slot is free or `deadline` has passed. Under the lock, which is free
  /// meanwhile.
  void wait_for_all_free(PoolState& state, Lock& lock, Instant deadline) {
    while (state.occupied() > 0 && !has_passed(deadline)) {
      Platform::wait_until(all_free_, lock, clock_, deadline);
    }
  }

  /// Under the lock, after a slot may have become free.
  void wake_if_all_free(const PoolState& state) {
    if (state.is_closed() && state.occupied() == 0) all_free_.notify_all();
  }

 private:
  template <class Act>
  [[gnu::noinline]] auto decide_and_tell(Act& act) {
    PendingEvents events(*observer_);
    auto result = state_.with([&](PoolState& state, Lock& lock) {
      state.listen(&events);
      auto decision = act_and_wake(act, state, lock);
      state.listen(nullptr);
      return decision;
    });
    events.tell();
    return result;
  }

  template <class Act>
  static auto act_and_wake(Act& act, PoolState& state, Lock& lock) {
    auto decision = [&] {
      if constexpr (std::invocable<Act&, PoolState&>) {
        return act(state);
      } else {
        return act(state, lock);
      }
    }();
    wake(state);
    return decision;
  }

  /// Under the lock: the waiter and its condition die as soon as it can go on.
  static void wake(PoolState& state) {
    while (Waiter* waiter = state.next_granted())
      static_cast<QueuedCaller*>(waiter)->condition.notify_one();
    if (!state.pauses_connects()) [[likely]]
      return;
    if (Waiter* waiter = state.next_to_resume(); waiter != nullptr)
      static_cast<QueuedCaller*>(waiter)->condition.notify_one();
  }

  /// For a caller in the queue, to whose events whoever grants to it adds meanwhile.
  void tell_now(PendingEvents& events, PoolState& state, Lock& lock) {
    PendingEvents told(*observer_);
    told.take(events);
    state.listen(nullptr);
    lock.unlock();
    told.tell();
    lock.lock();
  }

  bool has_passed(Instant deadline) const {
    return deadline != Instant::max() && clock_.now() >= deadline;
  }

  // constant after construction
  Clock& clock_;
  PoolObserver* const observer_;

  Guarded<PoolState, typename Platform::mutex> state_;
  typename Platform::condition_variable
      all_free_;  // notified when a closed pool's last slot is free
};

}  // namespace poolproof
