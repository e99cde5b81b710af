#pragma once
// The inside of a pool: owns the lock, asks PoolState, and carries out what it decides with the
// lock released. Outlives the pool object while a session is open. The promises are those of
// basic_connection_pool.h.

#include <algorithm>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <source_location>
#include <utility>

#include <poolproof/core/db/client_call.h>
#include <poolproof/core/pool/guarded_pool.h>
#include <poolproof/core/pool/lease.h>

namespace poolproof {

/// One acquire: what was asked, and what became of it.
struct Caller {
  std::source_location taken_by{};
  Duration timeout{};
  std::optional<Instant> asked_deadline{};  ///< instead of `timeout`
  bool may_wait = true;                     ///< false for try_acquire

  // Set on the first occasion that needs them: a caller who is granted at once reads no clock.
  bool has_begun = false;
  Instant began{};
  Instant deadline{};

  bool is_guest = false;                ///< has yet to leave the pool it waited in
  std::optional<AcquireError> error{};  ///< set under the lock when the caller is refused
};

template <class Platform>
class PoolCore final : public LeaseHome {
 public:
  using Clock = typename Platform::clock;

  PoolCore(const PoolConfig& config, DbClientFactory& factory, Clock& clock,
           PoolObserver* observer)
      : config_(config), factory_(factory), clock_(clock), guarded_(config, clock, observer) {}

  [[nodiscard]] const PoolConfig& config() const noexcept { return config_; }
  [[nodiscard]] Clock& clock() const noexcept { return clock_; }

  std::expected<Lease, AcquireError> acquire(Caller caller) {
    const Turn turn = take_turn(caller);
    if (turn.kind == Turn::Kind::grant) [[likely]]
      return Lease(*this, *turn.slot);
    return follow(turn, caller);
  }

  void give_back(PooledConnection& connection) noexcept override {
    Slot& slot = static_cast<Slot&>(connection);
    const bool is_left_open = slot.client->is_in_transaction();
    if (is_left_open) [[unlikely]]
      guarded_.decide([&](PoolState& state) { return state.note_left_open(slot); });
    if ((config_.reset_on_return || is_left_open) && !slot.is_doomed) {
      const auto reset = call_client([&] { return slot.client->reset(); });
      if (!reset) return release(slot, &reset.error());
    } else {
      slot.client->set_deadline(Instant::max());  // It was that of the lease.
    }
    release(slot, nullptr);
  }

  std::expected<void, DbError> ensure_min_size() {
    for (;;) {
      bool is_closed = false;
      Slot* slot = guarded_.decide([&](PoolState& state) {
        is_closed = state.is_closed();
        return state.reserve_for_floor();
      });
      if (is_closed)
        return std::unexpected(DbError{DbErrorKind::connection_failed, "pool is closed"});
      if (slot == nullptr) return {};
      if (auto fate = open(*slot, patience_from(clock_.now()), nullptr); !fate) {
        return std::unexpected(std::move(fate.error()));
      }
    }
  }

  void health_check() {
    Round round = guarded_.decide([](PoolState& state) { return state.begin_round(); });
    for (;;) {
      const Job job =
          guarded_.decide([&](PoolState& state) { return state.due(clock_.now(), round); });
      switch (job.kind) {
        case Job::Kind::nothing:
          return;
        case Job::Kind::report:
          break;
        case Job::Kind::close:
          retire(*job.slot);
          break;
        case Job::Kind::ping:
          check(*job.slot);
          break;
        case Job::Kind::open:
          round.may_open = open(*job.slot, patience_from(clock_.now()), nullptr).has_value();
          break;
      }
    }
  }

  [[nodiscard]] PoolMetrics metrics() {
    return guarded_.decide([](PoolState& state) { return state.metrics(); });
  }

  /// The limits are valid. Throws bad_alloc, having changed nothing.
  void resize(SizeLimits limits) {
    const std::size_t missing =
        guarded_.decide([&](PoolState& state) { return state.slots_missing(limits.max_size); });
    // At least doubling, so that a pool that grows often has few blocks.
    auto more = missing > 0
                    ? std::make_unique<SlotBlock>(std::max(missing, limits.max_size - missing))
                    : nullptr;
    retire_all(
        guarded_.decide([&](PoolState& state) { return state.resize(limits, std::move(more)); }));
  }

  void evict_all() {
    retire_all(guarded_.decide([](PoolState& state) { return state.evict_all(); }));
  }

  void close() {
    retire_all(guarded_.decide([](PoolState& state) { return state.close(); }));
  }

  std::size_t drain(Duration timeout) {
    close();
    const Instant deadline = deadline_after(clock_.now(), timeout);
    std::size_t leases_out = 0;
    give_up([&](PoolState& state, Lock& lock) {
      const Guest guest(state);
      guarded_.wait_for_all_free(state, lock, deadline);
      leases_out = state.leases();
    });
    return leases_out;
  }

  /// The pool object is gone, and so the pool closed: this object deletes itself now, or when the
  /// last session has been closed.
  void leave_owner() {
    Slot* idle = nullptr;
    give_up([&](PoolState& state, Lock&) {
      idle = state.close();
      state.leave_owner();
    });
    if (idle != nullptr) retire_all(idle);  // Else this object may be gone.
  }

 private:
  using Lock = typename GuardedPool<Platform>::Lock;

  /// Keeps the pool's inside alive while a thread waits in it. Made and ended under the lock.
  class Guest {
   public:
    explicit Guest(PoolState& state) : state_(state) { state_.enter(); }
    ~Guest() { state_.leave(); }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

   private:
    PoolState& state_;
  };

  /// A section after which a slot may be free or a guest gone: perhaps the last thing that needed
  /// this object, which must not be touched after it.
  template <class Act>
  void give_up(Act&& act) {
    const bool is_forsaken = guarded_.decide([&](PoolState& state, Lock& lock) {
      act(state, lock);
      guarded_.wake_if_all_free(state);
      return state.is_forsaken();
    });
    if (is_forsaken) delete this;
  }

  // A caller's way to a connection.

  Turn take_turn(Caller& caller) {
    return guarded_.decide([&](PoolState& state, Lock& lock) -> Turn {
      // Under the lock, as everywhere: a reading taken before it may be old when the lock is had,
      // and what has expired meanwhile would be handed out.
      const Instant now = state.needs_time_of_request() ? clock_.coarse_now() : Instant{};
      const Turn turn = state.request(now, caller.taken_by);
      if (turn.slot != nullptr) [[likely]]
        return turn;
      return wait_for_turn(turn, state, lock, caller);
    });
  }

  [[gnu::noinline]] Turn wait_for_turn(Turn turn, PoolState& state, Lock& lock, Caller& caller) {
    begin(caller);
    if (turn.kind == Turn::Kind::refuse) return refuse(state, caller, AcquireErrorKind::closed);
    if (!caller.may_wait) return refuse(state, caller, AcquireErrorKind::exhausted);
    if (caller.deadline <= caller.began) return refuse(state, caller, AcquireErrorKind::timed_out);
    return queue(state, lock, caller);
  }

  Turn queue(PoolState& state, Lock& lock, Caller& caller) {
    typename GuardedPool<Platform>::QueuedCaller queued;
    queued.taken_by = caller.taken_by;
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
      case Grant::nothing:
        break;
    }
    return refuse(state, caller, AcquireErrorKind::timed_out);
  }

  /// What is left to do for a caller who was not simply granted a connection.
  [[gnu::noinline]] std::expected<Lease, AcquireError> follow(Turn turn, Caller& caller) {
    begin(caller);
    for (;; turn = take_turn(caller)) {
      if (turn.kind == Turn::Kind::ping) turn = check_for(caller, *turn.slot);
      if (turn.kind == Turn::Kind::replace) turn = replace(caller, *turn.slot);
      if (turn.kind == Turn::Kind::open) turn = open_for(caller, *turn.slot);
      if (turn.kind == Turn::Kind::grant) return Lease(*this, *turn.slot);
      if (turn.kind == Turn::Kind::refuse) {
        if (caller.is_guest) give_up([](PoolState& state, Lock&) { state.leave(); });
        return std::unexpected(std::move(*caller.error));
      }
    }
  }

  Turn check_for(Caller& caller, Slot& slot) {
    const auto ping = call_client([&] { return slot.client->ping(); });
    return guarded_.decide([&](PoolState& state) -> Turn {
      const Instant now = clock_.now();
      if (ping) return state.grant_checked(slot, now, caller.taken_by, now - caller.began);
      state.check_failed(slot, ping.error());
      return {Turn::Kind::replace, &slot};
    });
  }

  Turn replace(Caller& caller, Slot& slot) {
    destroy_client(slot);
    Turn turn;
    give_up([&](PoolState& state, Lock&) {
      turn = state.reopen(slot);
      if (turn.kind == Turn::Kind::refuse) refuse(state, caller, AcquireErrorKind::closed);
    });
    return turn;
  }

  Turn open_for(Caller& caller, Slot& slot) {
    auto fate = open(slot, connect_deadline(caller), &caller);
    if (fate && *fate == Fate::keep) return {Turn::Kind::grant, &slot};
    if (!fate) caller.error->cause = std::move(fate.error());
    return {Turn::Kind::refuse};
  }

  Turn refuse(PoolState& state, Caller& caller, AcquireErrorKind kind) {
    if (kind == AcquireErrorKind::timed_out) state.count_timeout();
    const Instant now = clock_.now();
    caller.error = state.describe(kind, now);
    caller.error->waited = now - caller.began;
    return {Turn::Kind::refuse};
  }

  void begin(Caller& caller) {
    if (std::exchange(caller.has_begun, true)) return;
    caller.began = clock_.now();
    caller.deadline = caller.asked_deadline.value_or(deadline_after(caller.began, caller.timeout));
  }

  /// A caller who does not wait for others still gives a connect its time.
  Instant connect_deadline(const Caller& caller) const {
    const bool waits = caller.may_wait && caller.deadline > caller.began;
    return waits ? caller.deadline : patience_from(clock_.now());
  }

  Instant patience_from(Instant now) const {
    const Duration timeout = config_.acquire_timeout;
    return timeout == Duration::zero() ? Instant::max() : deadline_after(now, timeout);
  }

  // Sessions: opened, checked and closed with no lock held.

  /// The one place where a session is opened, or fails to open: for `caller`, whose error it then
  /// sets but for the cause, or to be idle.
  std::expected<Fate, DbError> open(Slot& slot, Instant deadline, Caller* caller) {
    auto client = call_connect(factory_, deadline);
    if (!client) {
      give_up([&](PoolState& state, Lock&) {
        state.open_failed(slot, client.error());
        if (caller != nullptr) refuse(state, *caller, AcquireErrorKind::connect_failed);
      });
      return std::unexpected(std::move(client.error()));
    }
    slot.client = std::move(*client);
    const Fate fate = guarded_.decide([&](PoolState& state) {
      const Instant now = clock_.now();
      if (caller == nullptr) return state.opened_idle(slot, now);
      const Fate found = state.opened(slot, now, caller->taken_by, now - caller->began);
      if (found == Fate::close) refuse(state, *caller, AcquireErrorKind::closed);
      return found;
    });
    if (fate == Fate::close) retire(slot);
    return fate;
  }

  void check(Slot& slot) {
    const auto ping = call_client([&] { return slot.client->ping(); });
    const Fate fate = guarded_.decide([&](PoolState& state) {
      const Instant now = clock_.now();
      if (ping) return state.check_passed(slot, now);
      state.check_failed(slot, ping.error());
      return Fate::close;
    });
    if (fate == Fate::close) retire(slot);
  }

  void release(Slot& slot, const DbError* failure) {
    const Fate fate = guarded_.decide([&](PoolState& state) {
      const Instant now = state.needs_time_of_release() ? clock_.coarse_now() : Instant{};
      return state.release(slot, now, failure);
    });
    if (fate == Fate::close) [[unlikely]]
      retire(slot);
  }

  void retire_all(Slot* chain) {
    while (chain != nullptr)
      retire(*std::exchange(chain, chain->next));
  }

  void retire(Slot& slot) {
    destroy_client(slot);
    give_up([&](PoolState& state, Lock&) { state.closed(slot); });
  }

  void destroy_client(Slot& slot) {
    tell_condemnation(slot);
    slot.client.reset();
  }

  void tell_condemnation(const Slot& slot) {
    if (guarded_.observer() == nullptr || slot.condemnation.sequence == 0) return;
    PoolEvent event;
    event.kind = PoolEventKind::state_changed;
    event.sequence = slot.condemnation.sequence;
    event.connection = slot.id;
    event.from = slot.condemnation.from;
    event.to = ConnectionState::invalid;
    event.leases = slot.condemnation.leases;
    event.waiting = slot.condemnation.waiting;
    PendingEvents::tell(*guarded_.observer(), event);
  }

  // constant after construction
  const PoolConfig config_;
  DbClientFactory& factory_;
  Clock& clock_;

  GuardedPool<Platform> guarded_;
};

}  // namespace poolproof
