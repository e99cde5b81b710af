#pragma once
// PoolState behind its lock: decides, parks, calls, and tells the observer. Whoever holds the lock
// is in here, and calls no client, factory or observer; pool_core.h acts on the decisions outside.

#include <algorithm>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/parker.h>
#include <poolproof/core/pool/guarded.h>
#include <poolproof/core/pool/lazy.h>
#include <poolproof/core/pool/pool_state.h>

namespace poolproof {

template <class Platform>
class GuardedPool {
 public:
  using Clock = typename Platform::clock;

  /// A waiter and the thread that sleeps for it. Its last call comes when it has been granted
  /// something, from whoever granted it, after the lock is free again.
  struct ParkedWaiter : Waiter {
    typename Platform::parker parker;
    Instant sleeps_until{};  // The sleeper's own, unlike wakes_at.
    Lazy<PendingEvents> own_events{};
  };

  /// All but the configuration must outlive this. `observer` may be null.
  GuardedPool(const PoolConfig& config, Clock& clock, PoolObserver* observer)
      : clock_(clock), observer_(observer), state_(config) {}

  [[nodiscard]] PoolObserver* observer() const noexcept { return observer_; }

  /// Lets `act(state)` decide under the lock; afterwards wakes whoever it granted something, and
  /// tells the observer. Returns what `act` returns.
  template <class Act>
  auto decide(Act&& act) {
    if (observer_ != nullptr) [[unlikely]]
      return decide_and_tell(act);
    Waiter* granted = nullptr;
    auto decision = state_.with([&](PoolState& state) { return act_on(act, state, granted); });
    call(granted);
    return decision;
  }

  /// Under the lock. The caller is to be granted something, or to give up at `deadline`: see
  /// await_grant().
  void enqueue(ParkedWaiter& waiter, PoolState& state, Instant deadline) {
    listen_for(waiter);
    state.enqueue(waiter);
    sleep_until(waiter, state, deadline);
  }

  /// The same for one who waits until every slot is free.
  void enqueue_drainer(ParkedWaiter& drainer, PoolState& state, Instant deadline) {
    state.enqueue_drainer(drainer);
    drainer.sleeps_until = deadline;
  }

  /// Sleeps until `waiter`, which is in the queue, has been granted something, and returns that;
  /// or nothing, when `deadline` has passed: `give_up(state)` has been called under the lock then,
  /// and has withdrawn it. Without the lock; but that is taken again only by who was called for
  /// nothing.
  template <class GiveUp>
  Grant await_grant(ParkedWaiter& waiter, Instant deadline, GiveUp give_up) {
    try {
      while (waiter.parker.park_until(clock_, waiter.sleeps_until) != Call::leave) {
        if (gives_up(waiter, deadline, give_up)) return Grant::nothing;
      }
    } catch (...) {  // Not of its own accord: an execution that has ended is being unwound.
      decide([&](PoolState& state) {
        if (waiter.grant == Grant::nothing) give_up(state);
        return true;
      });
      throw;
    }
    if (waiter.own_events.has_value()) waiter.own_events->tell();
    return waiter.grant;
  }

 private:
  template <class Act>
  [[gnu::noinline]] auto decide_and_tell(Act& act) {
    PendingEvents events(*observer_);
    Waiter* granted = nullptr;
    auto decision = state_.with([&](PoolState& state) {
      state.listen(&events);
      auto result = act_on(act, state, granted);
      state.listen(nullptr);
      return result;
    });
    call(granted);
    events.tell();
    return decision;
  }

  template <class Act>
  static auto act_on(Act& act, PoolState& state, Waiter*& granted) {
    auto decision = act(state);
    granted = state.take_granted();
    if (state.pauses_connects()) [[unlikely]] {  // Under the lock: it may leave by itself.
      if (Waiter* waiter = state.next_to_resume(); waiter != nullptr)
        static_cast<ParkedWaiter*>(waiter)->parker.unpark(Call::look);
    }
    return decision;
  }

  /// Those who were granted something, without the lock: each may be gone once it is called.
  static void call(Waiter* granted) noexcept {
    while (granted != nullptr && Platform::parker::can_be_called())
      [[unlikely]] {
        auto& waiter = static_cast<ParkedWaiter&>(*granted);
        granted = granted->next;
        waiter.parker.unpark(Call::leave);
      }
  }

  template <class GiveUp>
  bool gives_up(ParkedWaiter& waiter, Instant deadline, GiveUp& give_up) {
    return decide([&](PoolState& state) {
      if (waiter.grant == Grant::nothing && has_passed(deadline)) {
        give_up(state);
        return true;
      }
      if (waiter.grant == Grant::nothing && state.pauses_connects())
        state.resume_connects(clock_.now());
      sleep_until(waiter, state, deadline);
      return false;
    });
  }

  /// Who has been granted something waits for its last call, even beyond the deadline.
  static void sleep_until(ParkedWaiter& waiter, const PoolState& state, Instant deadline) {
    if (waiter.grant == Grant::nothing)
      waiter.wakes_at = std::min(deadline, state.resumes_at(waiter));
    else
      waiter.wakes_at = Instant::max();
    waiter.sleeps_until = waiter.wakes_at;
  }

  void listen_for(ParkedWaiter& waiter) {
    if (observer_ != nullptr) waiter.events = &waiter.own_events.emplace(*observer_);
  }

  bool has_passed(Instant deadline) const {
    return deadline != Instant::max() && clock_.now() >= deadline;
  }

  // constant after construction
  Clock& clock_;
  PoolObserver* const observer_;

  Guarded<PoolState, typename Platform::spin_mutex> state_;
};

}  // namespace poolproof
