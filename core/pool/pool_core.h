#pragma once
// The inside of a pool: owns the lock, asks PoolState, and carries out what it decides with the
// lock released. Outlives the pool object while a session is open. The promises are those of
// basic_connection_pool.h. Callers and leases are here, sessions in pool_sessions.h.

#include <expected>
#include <memory>
#include <utility>

#include <poolproof/core/db/client_call.h>
#include <poolproof/core/pool/caller.h>
#include <poolproof/core/pool/guarded_pool.h>
#include <poolproof/core/pool/lease.h>
#include <poolproof/core/pool/pool_sessions.h>

namespace poolproof {

template <class Platform>
class PoolCore final : public LeaseHome, public PoolSessions<Platform> {
  using Sessions = PoolSessions<Platform>;
  using Lock = typename Sessions::Lock;
  using Sessions::clock_;
  using Sessions::config_;
  using Sessions::factory_;
  using Sessions::give_up;
  using Sessions::guarded_;
  using Sessions::retire;

 public:
  using StopToken = typename Sessions::StopToken;
  using Sessions::Sessions;

  std::expected<Lease, AcquireError> acquire(Caller caller) {
    const Turn turn = take_turn(caller);
    if (turn.kind == Turn::Kind::grant) [[likely]]
      return Lease(*this, *turn.slot);
    return follow(turn, caller);
  }

  /// The same, until `stop` is requested.
  std::expected<Lease, AcquireError> acquire(Caller caller, const StopToken& stop) {
    if (!stop.stop_possible()) return follow(take_turn(caller), caller);
    caller.is_cancelled = stop.stop_requested();
    const Turn turn = guarded_.decide([&](PoolState& state) -> Turn {
      if (!caller.is_cancelled) {
        const Turn first = state.request(clock_.coarse_now(), caller.taken_by);
        if (first.kind == Turn::Kind::grant) return first;
        state.enter();
        return first.kind == Turn::Kind::refuse ? Turn{} : first;
      }
      begin(caller);
      return refuse(state, caller, AcquireErrorKind::cancelled);
    });
    if (turn.kind == Turn::Kind::grant) return Lease(*this, *turn.slot);
    if (turn.kind == Turn::Kind::refuse) return std::unexpected(std::move(*caller.error));
    const Stay stay(*this);  // Whoever requests the stop needs this object.
    const auto cancel = [&] {
      guarded_.decide([&](PoolState& state) {
        caller.is_cancelled = true;
        if (caller.waiter != nullptr) state.cancel(*caller.waiter);
        return true;
      });
    };
    const typename Platform::template stop_callback<decltype(cancel)> callback(stop, cancel);
    return follow(turn, caller);
  }

  void report(PooledConnection& connection, const DbError& error) noexcept override {
    if (config_.error_policy == nullptr) return;
    const Condemned condemned = config_.error_policy(error.kind);
    if (condemned == Condemned::nothing) return;
    Slot& slot = static_cast<Slot&>(connection);
    Sessions::retire_all(guarded_.decide([&](PoolState& state) {
      return condemned == Condemned::generation ? state.condemn_generation(slot, error)
                                                : state.condemn_when_released(slot, error);
    }));
  }

  void give_back(PooledConnection& connection) noexcept override {
    Slot& slot = static_cast<Slot&>(connection);
    const bool is_left_open = slot.client->is_in_transaction();
    if (is_left_open) [[unlikely]]
      guarded_.decide([&](PoolState& state) { return state.note_left_open(slot); });
    if (!slot.is_doomed && slot.client->is_known_dead()) [[unlikely]] {
      const DbError gone = Sessions::gone();
      return release(slot, &gone);
    }
    if ((config_.reset_on_return || is_left_open) && !slot.is_doomed) {
      const auto reset = call_client([&] { return slot.client->reset(); });
      if (!reset) return release(slot, &reset.error());
    } else {
      slot.client->set_deadline(Instant::max());  // It was that of the lease.
    }
    release(slot, nullptr);
  }

 private:
  /// Where a caller can be found to be cancelled, while it waits. Made and ended under the lock.
  class InQueue {
   public:
    InQueue(Caller& caller, Waiter& waiter) : caller_(caller) { caller_.waiter = &waiter; }
    ~InQueue() { caller_.waiter = nullptr; }
    InQueue(const InQueue&) = delete;
    InQueue& operator=(const InQueue&) = delete;

   private:
    Caller& caller_;
  };

  /// Keeps this object alive, whose guest the caller has become. Ended without the lock.
  class Stay {
   public:
    explicit Stay(PoolCore& core) : core_(core) {}
    ~Stay() {
      core_.give_up([](PoolState& state, Lock&) { state.leave(); });
    }
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;

   private:
    PoolCore& core_;
  };

  // A caller's way to a connection.

  Turn take_turn(Caller& caller) {
    return guarded_.decide([&](PoolState& state, Lock& lock) -> Turn {
      // Under the lock, as everywhere: a reading taken before it may be old when the lock is had,
      // and what has expired meanwhile would be handed out.
      const Turn turn = state.request(clock_.coarse_now(), caller.taken_by);
      if (turn.slot != nullptr) [[likely]]
        return turn;
      return wait_for_turn(turn, state, lock, caller);
    });
  }

  [[gnu::noinline]] Turn wait_for_turn(Turn turn, PoolState& state, Lock& lock, Caller& caller) {
    using Kind = AcquireErrorKind;
    begin(caller);
    if (turn.kind == Turn::Kind::refuse) return refuse(state, caller, Kind::closed);
    if (caller.waits()) return queue(state, lock, caller, WaiterId{});
    if (state.withholds_slot()) return refuse(state, caller, Kind::connect_failed);
    return refuse(state, caller, caller.may_wait ? Kind::timed_out : Kind::exhausted);
  }

  /// At `place` among those who wait; 0 is behind all.
  Turn queue(PoolState& state, Lock& lock, Caller& caller, WaiterId place) {
    if (caller.is_cancelled) return refuse(state, caller, AcquireErrorKind::cancelled);
    typename GuardedPool<Platform>::QueuedCaller queued;
    queued.taken_by = caller.taken_by;
    queued.id = place;
    const InQueue its_place(caller, queued);
    guarded_.wait_for_grant(queued, state, lock, caller.deadline);
    switch (queued.grant) {
      case Grant::connection:
        state.add_wait(clock_.now() - caller.began);
        return {Turn::Kind::grant, queued.slot};
      case Grant::free_slot:
        return {Turn::Kind::open, queued.slot};
      case Grant::closed:
        caller.is_guest = true;
        return refuse(state, caller, AcquireErrorKind::closed);
      case Grant::cancelled:
        return refuse(state, caller, AcquireErrorKind::cancelled);
      case Grant::nothing:
        break;
    }
    return refuse(state, caller, AcquireErrorKind::timed_out);
  }

  /// What is left to do for a caller who was not simply granted a connection.
  [[gnu::noinline]] std::expected<Lease, AcquireError> follow(Turn turn, Caller& caller) {
    begin(caller);
    for (;;) {
      switch (turn.kind) {
        case Turn::Kind::grant:
          return Lease(*this, *turn.slot);
        case Turn::Kind::refuse:
          if (caller.is_guest) give_up([](PoolState& state, Lock&) { state.leave(); });
          if (caller.refusal != nullptr) caller.error->cause = copy_of(*caller.refusal);
          return std::unexpected(std::move(*caller.error));
        case Turn::Kind::look:
        case Turn::Kind::ping:
          turn = check_for(caller, *turn.slot, turn.kind);
          break;
        case Turn::Kind::replace:
          turn = replace(caller, *turn.slot);
          break;
        case Turn::Kind::open:
          turn = open_for(caller, *turn.slot);
          break;
        case Turn::Kind::discard:
          retire(*turn.slot);
          [[fallthrough]];
        case Turn::Kind::wait:
          turn = take_turn(caller);
      }
    }
  }

  Turn check_for(Caller& caller, Slot& slot, Turn::Kind kind) {
    slot.client->set_deadline(call_deadline(caller));
    const auto answer = kind == Turn::Kind::ping ? Sessions::ping(slot) : Sessions::look_at(slot);
    slot.client->set_deadline(Instant::max());
    return guarded_.decide([&](PoolState& state) -> Turn {
      const Instant now = clock_.now();
      if (answer && !caller.is_cancelled)
        return state.grant_checked(slot, now, caller.taken_by, now - caller.began);
      const Turn given_up = refuse_if_cancelled(state, caller);
      if (answer && state.check_passed(slot, now) != Fate::close) return given_up;
      if (!answer) state.check_failed(slot, answer.error());
      return {Turn::Kind::replace, &slot};
    });
  }

  Turn replace(Caller& caller, Slot& slot) {
    Sessions::destroy_client(slot);
    Turn turn;
    give_up([&](PoolState& state, Lock&) {
      const Instant now = clock_.now();
      const bool is_late = caller.waits() && now >= caller.deadline;
      if (caller.is_cancelled || is_late) {
        state.closed(slot);
        turn = refuse(state, caller,
                      is_late ? AcquireErrorKind::timed_out : AcquireErrorKind::cancelled);
        return;
      }
      turn = state.reopen(slot, now);
      if (turn.kind == Turn::Kind::refuse) refuse(state, caller, AcquireErrorKind::closed);
    });
    return turn;
  }

  Turn open_for(Caller& caller, Slot& slot) {
    auto client = call_connect(factory_, call_deadline(caller));
    if (!client) return be_refused(caller, slot, shared(std::move(client.error())));
    Sessions::adopt(slot, std::move(*client));
    Turn turn{Turn::Kind::refuse};
    const Fate fate = guarded_.decide([&](PoolState& state) {
      const Instant now = clock_.now();
      if (refuse_if_cancelled(state, caller).kind == Turn::Kind::refuse)
        return state.opened_idle(slot, now);
      const Fate found = state.opened(slot, now, caller.taken_by, now - caller.began);
      if (found == Fate::close) refuse(state, caller, AcquireErrorKind::closed);
      if (found == Fate::keep) turn = {Turn::Kind::grant, &slot};
      return found;
    });
    if (fate == Fate::close) retire(slot);
    return turn;
  }

  /// While there are other connections the caller waits for one of them, at its place.
  Turn be_refused(Caller& caller, Slot& slot, Refusal refusal) {
    Turn turn;
    give_up([&](PoolState& state, Lock& lock) {
      const Instant now = clock_.now();
      const WaiterId place = slot.place;
      Sessions::fail_to_open(state, slot, refusal, call_deadline(caller));
      caller.refusal = std::move(refusal);
      turn = refuse_if_cancelled(state, caller);
      if (turn.kind == Turn::Kind::refuse) return;
      const bool waits_on = config_.wait_when_refused && caller.waits() && now < caller.deadline &&
                            state.pauses_connects() && state.has_connections();
      if (waits_on) turn = state.request(now, caller.taken_by);
      if (!waits_on || turn.kind == Turn::Kind::refuse)
        turn = refuse(state, caller, AcquireErrorKind::connect_failed);
      if (turn.kind == Turn::Kind::wait) turn = queue(state, lock, caller, place);
    });
    return turn;
  }

  Turn refuse(PoolState& state, Caller& caller, AcquireErrorKind kind) {
    if (kind == AcquireErrorKind::timed_out) state.count_timeout();
    const bool may_be_refusal =
        kind == AcquireErrorKind::timed_out || kind == AcquireErrorKind::connect_failed;
    if (!may_be_refusal) caller.refusal = nullptr;
    if (may_be_refusal && caller.refusal == nullptr && state.withholds_slot())
      caller.refusal = state.refusal();
    const Instant now = clock_.now();
    caller.error = state.describe(kind, now);
    caller.error->waited = now - caller.began;
    return {Turn::Kind::refuse};
  }

  Turn refuse_if_cancelled(PoolState& state, Caller& caller) {
    if (!caller.is_cancelled) return {};
    return refuse(state, caller, AcquireErrorKind::cancelled);
  }

  void begin(Caller& caller) {
    if (std::exchange(caller.has_begun, true)) return;
    caller.began = clock_.now();
    caller.deadline = caller.asked_deadline.value_or(deadline_after(caller.began, caller.timeout));
  }

  /// A caller who does not wait for others still gives a client's call its time.
  Instant call_deadline(const Caller& caller) const {
    const bool is_bounded = caller.waits() || caller.asked_deadline.has_value();
    return is_bounded ? caller.deadline : Sessions::patience_from(caller.began);
  }

  void release(Slot& slot, const DbError* failure) {
    const Fate fate = guarded_.decide([&](PoolState& state) {
      const Instant now = clock_.coarse_now();
      return state.release(slot, now, failure);
    });
    if (fate == Fate::close) [[unlikely]]
      retire(slot);
  }
};

}  // namespace poolproof
