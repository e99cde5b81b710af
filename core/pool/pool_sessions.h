#pragma once
// A pool's sessions: opened, checked and closed as PoolState decides, with no lock held. The half
// of the pool's inside that needs no caller; the other is pool_core.h.

#include <algorithm>
#include <cstddef>
#include <expected>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

#include <poolproof/core/db/client_call.h>
#include <poolproof/core/pool/closing.h>
#include <poolproof/core/pool/guarded_pool.h>
#include <poolproof/core/pool/run_together.h>

namespace poolproof {

/// Why there is no session; null: there is one.
using Refusal = std::shared_ptr<const DbError>;

/// Deletes itself when nobody needs it any more. The promises are those of
/// basic_connection_pool.h.
template <class Platform>
class PoolSessions {
 public:
  using Clock = typename Platform::clock;
  using StopToken = typename Platform::stop_token;

  PoolSessions(const PoolConfig& config, DbClientFactory& factory, Clock& clock,
               PoolObserver* observer)
      : config_(config), factory_(factory), clock_(clock), guarded_(config, clock, observer) {}
  PoolSessions(const PoolSessions&) = delete;
  PoolSessions& operator=(const PoolSessions&) = delete;

  [[nodiscard]] const PoolConfig& config() const noexcept { return config_; }
  [[nodiscard]] Clock& clock() const noexcept { return clock_; }

  std::expected<void, DbError> ensure_min_size() {
    Refusal refusal;  // Guarded by the pool's lock, while several threads connect.
    const std::size_t missing =
        guarded_.decide([](const PoolState& state) { return state.missing_of_floor(); });
    run_together<Platform>(std::min(config_.calls_at_once, missing), [&] {
      while (Slot* slot = missing_one(refusal))
        open_idle(*slot, [&](const Refusal& error) { refusal = error; });
    });
    if (refusal != nullptr) return std::unexpected(copy_of(*refusal));
    return {};
  }

  /// Ends with the call that is under way when `stop` is requested.
  void health_check(const StopToken& stop) {
    std::size_t idle = 0;
    Round round = guarded_.decide([&](const PoolState& state) {
      idle = state.idle();
      return state.begin_round();
    });
    run_together<Platform>(std::min(config_.calls_at_once, idle), [&] {
      while (!stop.stop_requested() && do_next_job(round)) {
      }
    });
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
    typename GuardedPool<Platform>::ParkedWaiter drainer;
    const bool is_empty = guarded_.decide([&](PoolState& state) {
      if (state.occupied() == 0) return true;
      guarded_.enqueue_drainer(drainer, state, deadline);
      state.enter();
      return false;
    });
    if (is_empty) return 0;
    guarded_.await_grant(drainer, deadline,
                         [&](PoolState& state) { state.withdraw_drainer(drainer); });
    std::size_t leases_out = 0;
    give_up([&](PoolState& state) {
      leases_out = state.leases();
      state.leave();
    });
    return leases_out;
  }

  /// The pool object is gone, and so the pool closed: this object deletes itself now, or when the
  /// last session has been closed.
  void leave_owner() {
    Slot* idle = nullptr;
    give_up([&](PoolState& state) {
      idle = state.close();
      state.leave_owner();
    });
    if (idle != nullptr) retire_all(idle);  // Else this object may be gone.
  }

 protected:
  virtual ~PoolSessions() = default;

  /// A section after which a slot may be free or a guest gone: perhaps the last thing that needed
  /// this object, which must not be touched after it.
  template <class Act>
  void give_up(Act&& act) {
    const bool is_forsaken = guarded_.decide([&](PoolState& state) {
      act(state);
      return state.is_forsaken();
    });
    if (is_forsaken) delete this;
  }

  Instant patience_from(Instant now) const {
    const Duration timeout = config_.acquire_timeout;
    return timeout > Duration::zero() ? deadline_after(now, timeout) : Instant::max();
  }

  // Sessions: opened, checked and closed with no lock held.

  /// For no caller. `on_refusal(Refusal)` is called under the lock.
  template <class OnRefusal>
  void open_idle(Slot& slot, OnRefusal on_refusal) {
    const Instant deadline = patience_from(clock_.now());
    auto client = call_connect(factory_, deadline);
    if (!client) {
      const Refusal refusal = shared(std::move(client.error()));
      return give_up([&](PoolState& state) {
        fail_to_open(state, slot, refusal, deadline);
        on_refusal(refusal);
      });
    }
    adopt(slot, std::move(*client));
    const Fate fate =
        guarded_.decide([&](PoolState& state) { return state.opened_idle(slot, clock_.now()); });
    if (fate == Fate::close) retire(slot);
  }

  void adopt(Slot& slot, std::unique_ptr<DbClient> client) {
    slot.client = std::move(client);
    if (config_.validation_timeout > Duration::zero())
      slot.client->set_validation_timeout(config_.validation_timeout);
  }

  /// A connect that was not given the time that it needs is no refusal.
  void fail_to_open(PoolState& state, Slot& slot, const Refusal& refusal, Instant deadline) {
    const Instant now = clock_.now();
    const bool is_impatience = refusal->kind == DbErrorKind::timed_out && now >= deadline;
    if (!is_impatience) state.pause_connects(slot, refusal, now);
    state.open_failed(slot, *refusal);
  }

  /// A slot to open one of min_size in, unless another has been refused.
  Slot* missing_one(Refusal& refusal) {
    return guarded_.decide([&](PoolState& state) -> Slot* {
      if (refusal != nullptr) return nullptr;
      Slot* const slot = state.reserve_for_floor(clock_.now());
      if (slot == nullptr && state.is_below_floor()) refusal = state.refusal();
      if (state.is_closed())
        refusal = shared(make_error(DbErrorKind::connection_failed, "pool is closed"));
      return slot;
    });
  }

  /// Whether there was one.
  bool do_next_job(Round& round) {
    const Job job =
        guarded_.decide([&](PoolState& state) { return state.due(clock_.now(), round); });
    switch (job.kind) {
      case Job::Kind::nothing:
        return false;
      case Job::Kind::report:
      case Job::Kind::go_on:
        break;
      case Job::Kind::close:
        retire(*job.slot);
        break;
      case Job::Kind::ping:
        check(*job.slot);
        break;
      case Job::Kind::open:
        open_idle(*job.slot, [&](const Refusal&) { round.may_open = false; });
        break;
    }
    return true;
  }

  static std::expected<void, DbError> look_at(Slot& slot) noexcept {
    if (!slot.client->is_known_dead()) return {};
    return std::unexpected(gone());
  }
  /// Without its words where there is no memory for them.
  static DbError gone() noexcept {
    try {
      return make_error(DbErrorKind::connection_lost, "the session is gone");
    } catch (const std::bad_alloc&) {
      return DbError{DbErrorKind::connection_lost, {}};
    }
  }

  static std::expected<void, DbError> ping(Slot& slot) noexcept {
    auto found = look_at(slot);
    if (!found) return found;  // Moved: there may be no memory for another.
    return call_client([&] { return slot.client->ping(); });
  }

  void check(Slot& slot) {
    const auto answer = ping(slot);
    const Fate fate = guarded_.decide([&](PoolState& state) {
      const Instant now = clock_.now();
      if (answer) return state.check_passed(slot, now);
      state.check_failed(slot, answer.error());
      return Fate::close;
    });
    if (fate == Fate::close) retire(slot);
  }

  void retire_all(Slot* chain) {
    if (chain != nullptr && config_.close_timeout > Duration::zero()) [[unlikely]]
      return close_elsewhere(chain, Instant::max());
    while (chain != nullptr)
      close_now(*std::exchange(chain, chain->next));
  }

  void retire(Slot& slot) { retire_until(slot, Instant::max()); }

  /// Where sessions are closed elsewhere, waits no longer than `deadline` for it.
  void retire_until(Slot& slot, Instant deadline) {
    if (config_.close_timeout == Duration::zero()) [[likely]]
      return close_now(slot);
    slot.next = nullptr;
    close_elsewhere(&slot, deadline);
  }

  void close_now(Slot& slot) {
    destroy_client(slot);
    give_up([&](PoolState& state) { state.closed(slot); });
  }

  /// Here after all, where there is no thread or no memory to be had.
  void close_elsewhere(Slot* chain, Instant deadline) {
    Clock& clock = clock_;  // This object may be gone before the end.
    std::shared_ptr<Closing<Platform>> closing;
    try {
      closing = std::make_shared<Closing<Platform>>(chain);
    } catch (const std::bad_alloc&) {
      while (chain != nullptr)
        close_now(*std::exchange(chain, chain->next));
      return;
    }
    const Instant until = std::min(deadline, deadline_after(clock.now(), config_.close_timeout));
    if (!start_to_close(closing)) return closing->work([this](Slot& slot) { close_now(slot); });
    if (closing->wait_until_done(clock, until)) return;
    // One that hangs does not keep the others open. Without a thread it does.
    if (closing->has_rest()) static_cast<void>(start_to_close(closing));
  }

  bool start_to_close(const std::shared_ptr<Closing<Platform>>& closing) {
    try {
      Platform::start_thread([this, closing] {
        closing->work([this](Slot& slot) { close_now(slot); });
      }).detach();
      return true;
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    return false;
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
    event.from = slot.condemned_from;
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
