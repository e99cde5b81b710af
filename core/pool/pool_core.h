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
#include <poolproof/core/pool/watched_lease.h>

namespace poolproof {

template <class Platform>
class PoolCore final : public LeaseHome, public PoolSessions<Platform> {
  using Sessions = PoolSessions<Platform>;
  using Sessions::clock_;
  using Sessions::config_;
  using Sessions::factory_;
  using Sessions::give_up;
  using Sessions::guarded_;
  using Sessions::retire;

 public:
  using StopToken = typename Sessions::StopToken;
  using Clock = typename Sessions::Clock;

  PoolCore(const PoolConfig& config, DbClientFactory& factory, Clock& clock,
           PoolObserver* observer)
      : Sessions(config, factory, clock, observer),
        watched_leases_(watches_leases(config)
                            ? std::make_unique<WatchedLeases<Platform>>(config.max_size)
                            : nullptr) {}

  std::expected<Lease, AcquireError> acquire(Caller caller) {
    Place place;
    const Turn turn = take_turn(caller, place);
    if (turn.kind == Turn::Kind::grant) [[likely]]
      return lease_of(*turn.slot);
    return follow(turn, caller, place);
  }

  /// The same, until `stop` is requested.
  std::expected<Lease, AcquireError> acquire(Caller caller, const StopToken& stop) {
    Place place;
    if (!stop.stop_possible()) return follow(take_turn(caller, place), caller, place);
    caller.is_cancelled = stop.stop_requested();
    const Turn turn = guarded_.decide([&](PoolState& state) -> Turn {
      if (!caller.is_cancelled) {
        const Turn first = ask(state, caller, clock_.coarse_now());
        if (first.kind == Turn::Kind::grant) return first;
        state.enter();
        return first.kind == Turn::Kind::refuse ? Turn{} : first;
      }
      begin(caller);
      return refuse(state, caller, AcquireErrorKind::cancelled);
    });
    if (turn.kind == Turn::Kind::grant) return lease_of(*turn.slot);
    if (turn.kind == Turn::Kind::refuse) return std::unexpected(std::move(*caller.error));
    const Stay stay(*this);  // Whoever requests the stop needs this object.
    const auto cancel = [&] {
      guarded_.decide([&](PoolState& state) {
        caller.is_cancelled = true;
        if (place.has_value()) state.cancel(*place);
        return true;
      });
    };
    const typename Platform::template stop_callback<decltype(cancel)> callback(stop, cancel);
    const Turn next = turn.kind == Turn::Kind::wait ? take_turn(caller, place) : turn;
    return follow(next, caller, place);
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
  /// Where a caller waits and can be found to be cancelled. Set under the lock.
  using Place = Lazy<typename GuardedPool<Platform>::ParkedWaiter>;

  /// Keeps this object alive, whose guest the caller has become. Ended without the lock.
  class Stay {
   public:
    explicit Stay(PoolCore& core) : core_(core) {}
    ~Stay() {
      core_.give_up([](PoolState& state) { state.leave(); });
    }
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;

   private:
    PoolCore& core_;
  };

  /// In its place at once: a Lease that is moved costs more than the lock.
  std::expected<Lease, AcquireError> lease_of(Slot& slot) {
    if (watched_leases_ != nullptr) [[unlikely]]
      return watched_lease_of(slot);
    return std::expected<Lease, AcquireError>(std::in_place, *this, slot);
  }

  [[gnu::noinline]] std::expected<Lease, AcquireError> watched_lease_of(Slot& slot) {
    WatchedLease<Platform>* const watched = watched_leases_->take();
    if (watched == nullptr)  // There is no memory: then it is not watched.
      return std::expected<Lease, AcquireError>(std::in_place, *this, slot);
    watched->begin(*watched_leases_, *this, slot);
    return std::expected<Lease, AcquireError>(std::in_place, *watched, slot);
  }

  /// A Platform that does not say how it was built watches only when it is told to.
  static bool watches_leases(const PoolConfig& config) {
    if constexpr (requires { Platform::watches_leases(); }) {
      if (config.misuse_checks == MisuseChecks::as_built) return Platform::watches_leases();
    }
    return config.misuse_checks == MisuseChecks::on;
  }

  // A caller's way to a connection.

  Turn take_turn(Caller& caller, Place& place) {
    return guarded_.decide([&](PoolState& state) -> Turn {
      // Under the lock, as everywhere: a reading taken before it may be old when the lock is had,
      // and what has expired meanwhile would be handed out.
      const Turn turn = ask(state, caller, clock_.coarse_now());
      if (turn.slot != nullptr) [[likely]]
        return turn;
      return queue_or_refuse(turn, state, caller, place);
    });
  }

  static Turn ask(PoolState& state, Caller& caller, Instant now) {
    const Turn turn = state.request(now, caller.taken_by);
    if (turn.kind != Turn::Kind::grant && caller.place == WaiterId{}) [[unlikely]]
      caller.place = state.arrive();
    return turn;
  }

  [[gnu::noinline]] Turn queue_or_refuse(Turn turn, PoolState& state, Caller& caller,
                                         Place& place) {
    using Kind = AcquireErrorKind;
    begin(caller);
    if (turn.kind == Turn::Kind::refuse) return refuse(state, caller, Kind::closed);
    if (caller.waits()) return queue(state, caller, place);
    if (state.withholds_slot()) return refuse(state, caller, Kind::connect_failed);
    return refuse(state, caller, caller.may_wait ? Kind::timed_out : Kind::exhausted);
  }

  /// Among those who wait. What comes next is wait_in_queue(), without the lock.
  Turn queue(PoolState& state, Caller& caller, Place& place) {
    if (caller.is_cancelled) return refuse(state, caller, AcquireErrorKind::cancelled);
    auto& waiter = place.emplace();
    waiter.taken_by = caller.taken_by;
    waiter.id = caller.place;
    waiter.began = caller.began;
    guarded_.enqueue(waiter, state, caller.deadline);
    return {Turn::Kind::wait};
  }

  Turn wait_in_queue(Caller& caller, Place& place) {
    using Kind = AcquireErrorKind;
    const Grant grant = guarded_.await_grant(*place, caller.deadline, [&](PoolState& state) {
      state.withdraw(*place);
      place.reset();  // Nobody cancels what has left the queue.
      refuse(state, caller, Kind::timed_out);
    });
    if (grant == Grant::nothing) return {Turn::Kind::refuse};
    if (grant == Grant::connection) return {Turn::Kind::grant, place->slot};
    if (grant == Grant::free_slot) return {Turn::Kind::open, place->slot};
    return guarded_.decide([&](PoolState& state) {
      caller.is_guest = grant == Grant::closed;
      return refuse(state, caller, grant == Grant::closed ? Kind::closed : Kind::cancelled);
    });
  }

  /// What is left to do for a caller who was not simply granted a connection.
  [[gnu::noinline]] std::expected<Lease, AcquireError> follow(Turn turn, Caller& caller,
                                                              Place& place) {
    begin(caller);
    for (;;) {
      switch (turn.kind) {
        case Turn::Kind::grant:
          return lease_of(*turn.slot);
        case Turn::Kind::refuse:
          if (caller.is_guest) give_up([](PoolState& state) { state.leave(); });
          if (caller.refusal != nullptr) caller.error->cause = copy_of(*caller.refusal);
          return std::unexpected(std::move(*caller.error));
        case Turn::Kind::look:
        case Turn::Kind::ping:
          turn = check_for(caller, *turn.slot, turn.kind);
          break;
        case Turn::Kind::replace:
          turn = replace(caller, *turn.slot, place);
          break;
        case Turn::Kind::open:
          turn = open_for(caller, *turn.slot, place);
          break;
        case Turn::Kind::wait:
          turn = wait_in_queue(caller, place);
          break;
        case Turn::Kind::discard:
          retire(*turn.slot);
          turn = take_turn(caller, place);
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

  Turn replace(Caller& caller, Slot& slot, Place& place) {
    if (config_.close_timeout > Duration::zero()) [[unlikely]] {
      Sessions::retire_until(slot, call_deadline(caller));
      return take_turn(caller, place);
    }
    Sessions::destroy_client(slot);
    Turn turn;
    give_up([&](PoolState& state) {
      const Instant now = clock_.now();
      const bool is_late = caller.waits() && now >= caller.deadline;
      if (caller.is_cancelled || is_late) {
        state.closed(slot);
        turn = refuse(state, caller,
                      is_late ? AcquireErrorKind::timed_out : AcquireErrorKind::cancelled);
        return;
      }
      turn = state.reopen(slot, now);
      if (turn.kind == Turn::Kind::wait) turn = ask(state, caller, now);
      if (turn.slot == nullptr) turn = queue_or_refuse(turn, state, caller, place);
    });
    return turn;
  }

  Turn open_for(Caller& caller, Slot& slot, Place& place) {
    auto client = call_connect(factory_, call_deadline(caller));
    if (!client) return be_refused(caller, slot, shared(std::move(client.error())), place);
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
  Turn be_refused(Caller& caller, Slot& slot, Refusal refusal, Place& place) {
    Turn turn;
    give_up([&](PoolState& state) {
      const Instant now = clock_.now();
      Sessions::fail_to_open(state, slot, refusal, call_deadline(caller));
      caller.refusal = std::move(refusal);
      turn = refuse_if_cancelled(state, caller);
      if (turn.kind == Turn::Kind::refuse) return;
      const bool waits_on = config_.wait_when_refused && caller.waits() && now < caller.deadline &&
                            state.pauses_connects() && state.has_connections();
      if (waits_on) turn = ask(state, caller, now);
      if (!waits_on || turn.kind == Turn::Kind::refuse)
        turn = refuse(state, caller, AcquireErrorKind::connect_failed);
      if (turn.kind == Turn::Kind::wait) turn = queue(state, caller, place);
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
    AcquireError& error = caller.error.emplace(state.describe(kind, now));
    error.waited = now - caller.began;
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
      // Who was kept waiting is told how long, to the nanosecond.
      const Instant now = state.has_waiters() ? clock_.now() : clock_.coarse_now();
      return state.release(slot, now, failure);
    });
    if (fate == Fate::close) [[unlikely]]
      retire(slot);
  }

  const std::unique_ptr<WatchedLeases<Platform>> watched_leases_;  // null: they are not watched
};

}  // namespace poolproof
