#pragma once
// The whole truth about a pool: its slots, its connections and its queue, and every decision about
// them. It has no lock, clock, I/O or thread, and allocates nothing after construction: decisions
// are values, carried out by pool_core.h with the lock released. The promises behind the decisions
// are those of the contract.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <utility>

#include <poolproof/core/backoff.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/intrusive_list.h>
#include <poolproof/core/pool/pool_config.h>
#include <poolproof/core/pool/pool_metrics.h>
#include <poolproof/core/pool/slot.h>
#include <poolproof/core/pool/waiter.h>
#include <poolproof/core/rng.h>

namespace poolproof {

/// What a caller who wants a connection does next.
struct Turn {
  enum class Kind : std::uint8_t {
    grant,    ///< `slot` holds a connection, leased to the caller
    look,     ///< `slot` was idle: see whether the client knows that it is dead, then say the same
    ping,     ///< `slot` was idle for long: ping it, then say grant_checked() or check_failed()
    replace,  ///< `slot` is closing: destroy its client, then say reopen()
    open,     ///< `slot` is reserved: connect, then say opened() or open_failed()
    discard,  ///< `slot` is closing: destroy its client, then say closed(), and ask again
    wait,     ///< nothing to be had: enqueue() under the same lock, or give up
    refuse,   ///< the pool is closed
  };
  Kind kind = Kind::wait;
  Slot* slot = nullptr;
};

/// What becomes of a connection that somebody gives back.
enum class Fate : std::uint8_t {
  keep,      ///< it stays with whoever asked for it, or is idle now
  hand_off,  ///< it belongs to the oldest waiter now
  close,     ///< its slot is closing: destroy the client, then say closed()
};

/// One thing for a health check to do.
struct Job {
  enum class Kind : std::uint8_t {
    nothing,  ///< the round is over
    close,    ///< `slot` is closing: destroy its client, then say closed()
    ping,     ///< ping `slot`, then say check_passed() or check_failed()
    open,     ///< `slot` is reserved: connect, then say opened_idle() or open_failed()
    report,   ///< an overdue lease was noted for the observer: go on
    go_on,    ///< nothing to do so far; others may have the lock in between
  };
  Kind kind = Kind::nothing;
  Slot* slot = nullptr;
};

/// How far one health check has come.
struct Round {
  Slot* next = nullptr;
  bool may_open = true;  ///< false once a connect has failed: the next check tries again
};

struct SizeLimits {
  std::size_t min_size = 0;
  std::size_t max_size = 0;
};

/// Guarded by the pool's lock. Invariant: while a waiter is in the queue no connection is idle and
/// no slot is free, because whatever frees one grants it to the oldest waiter in the same step;
/// but slots stay free while connects are paused after a refusal.
/// Instants come from one clock; those that only matter for a knob that is off may be anything.
class PoolState {
 public:
  /// `config` is valid. Two allocations.
  explicit PoolState(const PoolConfig& config);
  PoolState(const PoolState&) = delete;
  PoolState& operator=(const PoolState&) = delete;

  // A caller wants a connection.

  /// The most recently used connection first; never one that is expired. Only when there is none:
  /// a free slot; only when there is none: the slot of an expired one.
  Turn request(Instant now, const std::source_location& taken_by);
  /// The place of a caller who was not granted a connection at once: it keeps it from turn to
  /// turn.
  WaiterId arrive() noexcept { return WaiterId{++last_waiter_}; }
  /// After `wait`, under the same lock. A waiter with an id takes the place of that number.
  void enqueue(Waiter& waiter);
  [[nodiscard]] bool has_waiters() const noexcept { return !queue_.empty(); }
  /// The waiter has been granted nothing and gives up.
  void withdraw(Waiter& waiter);
  /// Somebody else says that the waiter gives up. Nothing once it has been granted something.
  void cancel(Waiter& waiter);
  /// After `ping` went well: grant, or replace when the connection was evicted or expired
  /// meanwhile.
  Turn grant_checked(Slot& slot, Instant now, const std::source_location& taken_by,
                     Duration waited);
  /// After `replace`, when the client is destroyed: open, or refuse, or wait (the slot fell to a
  /// resize: ask again).
  Turn reopen(Slot& slot, Instant now);
  void count_timeout() noexcept { ++timeouts_; }

  // A connect has ended; the slot's client is in place when it went well.

  /// For a caller: keep (it is leased to the caller), or close when the pool was closed meanwhile.
  Fate opened(Slot& slot, Instant now, const std::source_location& taken_by, Duration waited);
  /// To have one more.
  Fate opened_idle(Slot& slot, Instant now);
  void open_failed(Slot& slot, const DbError& error);

  // After a refused connect no other begins for a while: a free slot stays free.

  /// Before open_failed(), when the server said no or nothing at all. Nothing when the pause is 0.
  void pause_connects(const Slot& slot, std::shared_ptr<const DbError> refusal, Instant now);
  /// Ends the pause when it is over, and grants what slots are free.
  void resume_connects(Instant now);
  [[nodiscard]] bool pauses_connects() const noexcept { return pauses_connects_; }
  /// Whether that is all that keeps a caller from a slot.
  [[nodiscard]] bool withholds_slot() const noexcept {
    return pauses_connects_ && !is_closed_ && occupied_ < max_size_;
  }
  /// When `waiter`, which is in the queue, has to ask whether the pause is over: the oldest does
  /// so for all. Instant::max(): never.
  [[nodiscard]] Instant resumes_at(const Waiter& waiter) const noexcept {
    return withholds_slot() && queue_.front() == &waiter ? connects_again_at_ : Instant::max();
  }
  /// The last of the refusals in a row; null when the last connect went well.
  [[nodiscard]] const std::shared_ptr<const DbError>& refusal() const noexcept { return refusal_; }
  /// Whether whoever was refused a connection may be served with another one.
  [[nodiscard]] bool has_connections() const noexcept {
    return !is_closed_ && opening_or_open() > 0;
  }

  // A connection comes back.

  /// The lease that is about to end has left a transaction open. Returns whether anyone is told.
  bool note_left_open(Slot& slot) {
    note(PoolEventKind::transaction_left_open, &slot);
    return events_ != nullptr;
  }
  /// A lease ends. `failure`: why the client could not be reset; null when it could.
  Fate release(Slot& slot, Instant now, const DbError* failure = nullptr);
  Fate check_passed(Slot& slot, Instant now);
  /// The slot is closing now.
  void check_failed(Slot& slot, const DbError& error);
  /// The client of a closing slot has been destroyed.
  void closed(Slot& slot);

  // The health check.

  Round begin_round() const noexcept { return {first_in_table_}; }
  Job due(Instant now, Round& round);
  /// A slot reserved for one connection more, or null when min_size are open or opening, or none
  /// is free, or connects are paused.
  Slot* reserve_for_floor(Instant now);
  [[nodiscard]] bool is_below_floor() const noexcept {
    return !is_closed_ && opening_or_open() < min_size_ && occupied_ < max_size_;
  }
  [[nodiscard]] std::size_t missing_of_floor() const noexcept {
    return is_below_floor() ? min_size_ - opening_or_open() : 0;
  }
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }

  // The pool as a whole. Each returns a chain (by `next`) of closing slots: destroy the clients,
  // then say closed().

  Slot* close();
  Slot* evict_all();
  /// For the error that the holder of `slot` reported; nothing of a generation that is condemned
  /// already. The connection itself is closed when its lease ends.
  Slot* condemn_generation(Slot& slot, const DbError& error);
  Slot* condemn_when_released(Slot& slot, const DbError& error);
  /// `more` holds slots_missing(limits.max_size) slots at least, or is null when that is 0.
  Slot* resize(SizeLimits limits, std::unique_ptr<SlotBlock> more);

  [[nodiscard]] std::size_t slots_missing(std::size_t max_size) const noexcept;
  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
  /// Slots that are opening, open or closing.
  [[nodiscard]] std::size_t occupied() const noexcept { return occupied_; }
  [[nodiscard]] std::size_t leases() const noexcept { return leased_.size(); }
  [[nodiscard]] PoolMetrics metrics() const;
  /// The numbers of an AcquireError; `waited` and `cause` are the caller's to fill in.
  [[nodiscard]] AcquireError describe(AcquireErrorKind kind, Instant now) const;

  /// Waits until the pool is closed and every slot free; withdrawn by withdraw_drainer().
  void enqueue_drainer(Waiter& drainer);
  void withdraw_drainer(Waiter& drainer);

  /// The waiters that have been granted something and were not asked for here yet, in a chain (by
  /// `next`), the first granted first; null when there is none. To be woken after this step.
  Waiter* take_granted() noexcept { return granted_.take_all(); }
  /// The oldest waiter, when it sleeps beyond the end of the pause and so has to be woken; null
  /// else.
  Waiter* next_to_resume() noexcept;

  /// Where events are noted from now on; null: nowhere.
  void listen(PendingEvents* events) noexcept { events_ = events; }
  [[nodiscard]] PendingEvents* listener() const noexcept { return events_; }

  // Who else needs this object. It is forsaken when its owner and all guests have left and every
  // slot is free.

  void leave_owner() noexcept { is_owned_ = false; }
  void enter() noexcept { ++guests_; }
  void leave() noexcept { --guests_; }
  [[nodiscard]] bool is_forsaken() const noexcept {
    return !is_owned_ && guests_ == 0 && occupied_ == 0;
  }

 private:
  Turn request_beyond_the_first(Instant now, const std::source_location& taken_by);
  Turn take(Slot& slot, Instant now, const std::source_location& taken_by);
  void lend(Slot& slot, Instant now, const std::source_location& taken_by);
  bool is_fit(const Slot& slot, Instant now) const noexcept;
  /// An open connection that nobody holds any more: idle, or handed off, or condemned.
  Fate settle(Slot& slot, Instant now, Instant last_used);
  Fate keep(Slot& slot, Instant last_used);
  Fate hand_off(Slot& slot, Instant now);
  void condemn(Slot& slot);
  Slot* condemn_idle(std::size_t open_at_most);

  Slot& reserve();
  void begin_opening(Slot& slot);
  void make_open(Slot& slot, Instant now, ConnectionState state);
  Instant expiry(Instant opened_at);
  void end_pause();
  void finish_closing(Slot& slot);
  void free(Slot& slot);
  void serve_waiters();
  void release_drainers();
  void adopt(std::unique_ptr<SlotBlock> block);

  bool is_expired(const Slot& slot, Instant now) const noexcept { return slot.expires_at <= now; }
  bool needs_ping(const Slot& slot, Instant now) const noexcept {
    return now - slot.last_used > validate_after_idle_;
  }
  Job report(Slot& slot, Instant now);
  Job inspect(Slot& slot, Instant now);
  bool is_idle_too_long(const Slot& slot, Instant now) const noexcept;
  bool is_overdue(const Slot& slot, Instant now) const noexcept;
  /// Opening and open, not closing.
  std::size_t opening_or_open() const noexcept { return occupied_ - closing_; }
  std::size_t in_use() const noexcept { return occupied_ - closing_ - opening_ - idle_.size(); }

  void change(Slot& slot, ConnectionState to);
  void note(PoolEventKind kind, const Slot* slot = nullptr) {
    if (events_ != nullptr) [[unlikely]]
      events_->add(event(kind, slot));
  }
  void note(PoolEventKind kind, const Slot& slot, const DbError& error);
  void note_waiter(PoolEventKind kind, const Waiter& waiter, const Slot* slot = nullptr);
  PoolEvent event(PoolEventKind kind, const Slot* slot);

  static constexpr std::size_t slots_at_once = 256;  // A microsecond or two.

  // constant after construction
  Duration idle_timeout_;  // max(): never, as in the next two
  Duration validate_after_idle_;
  Duration leak_threshold_;
  Duration max_lifetime_;
  Backoff backoff_;

  std::size_t min_size_;
  std::size_t max_size_;
  std::size_t occupied_ = 0;  // occupied_ >= opening_ + closing_ + idle_.size()
  std::size_t opening_ = 0;
  std::size_t closing_ = 0;
  IntrusiveList<Slot> idle_;        // most recently used first
  IntrusiveList<Slot> leased_;      // oldest first
  IntrusiveList<Slot> free_;        // occupied_ < max_size_ implies not empty
  IntrusiveList<Waiter> queue_;     // oldest first
  IntrusiveList<Waiter> granted_;   // to be woken by whoever has the lock now
  IntrusiveList<Waiter> drainers_;  // occupied_ > 0 or empty, once the pool is closed
  std::uint64_t generation_ = 0;
  bool is_closed_ = false;
  bool pauses_connects_ = false;
  std::uint64_t refusals_ = 0;  // in a row
  Instant connects_again_at_{};
  std::shared_ptr<const DbError> refusal_;
  bool is_owned_ = true;
  std::size_t guests_ = 0;

  std::uint64_t acquires_ = 0;  // acquires_ - releases_ == leased_.size()
  std::uint64_t releases_ = 0;
  std::uint64_t timeouts_ = 0;
  std::uint64_t connects_ = 0;
  std::uint64_t connect_failures_ = 0;
  std::uint64_t closes_ = 0;
  std::uint64_t last_connection_ = 0;
  std::uint64_t last_waiter_ = 0;
  std::uint64_t sequence_ = 0;
  WaitHistogram waits_;
  std::uint64_t jitter_;  // of the connection opened last
  Rng backoff_rng_;
  PendingEvents* events_ = nullptr;

  Slot* first_in_table_ = nullptr;
  Slot* last_in_table_ = nullptr;
  std::size_t slots_ = 0;
  std::unique_ptr<SlotBlock> newest_block_;
};

// The hot path: acquire of an idle connection and release of one that is kept.

inline void PoolState::change(Slot& slot, ConnectionState to) {
  ensure(is_legal_transition(slot.state, to));
  const ConnectionState from = std::exchange(slot.state, to);
  if (events_ == nullptr) [[likely]]
    return;
  PoolEvent changed = event(PoolEventKind::state_changed, &slot);
  changed.from = from;
  events_->add(changed);
}

inline Turn PoolState::request(Instant now, const std::source_location& taken_by) {
  Slot* slot = idle_.front();
  if (slot == nullptr || is_expired(*slot, now)) [[unlikely]] {
    return request_beyond_the_first(now, taken_by);
  }
  return take(*slot, now, taken_by);
}

inline Turn PoolState::take(Slot& slot, Instant now, const std::source_location& taken_by) {
  idle_.remove(slot);
  change(slot, ConnectionState::in_use);
  if (now > slot.last_used) [[unlikely]] {  // As far as a coarse clock can tell.
    slot.holder = Holder::pool_check;
    return {needs_ping(slot, now) ? Turn::Kind::ping : Turn::Kind::look, &slot};
  }
  lend(slot, now, taken_by);
  waits_.add_none();
  return {Turn::Kind::grant, &slot};
}

inline void PoolState::lend(Slot& slot, Instant now, const std::source_location& taken_by) {
  slot.holder = Holder::lease;
  slot.is_reported = false;
  leased_.push_back(slot);
  ++acquires_;
  ++slot.use_count;
  slot.taken_at = now;
  slot.taken_by = taken_by;
  note(PoolEventKind::lease_began, &slot);
}

inline bool PoolState::is_fit(const Slot& slot, Instant now) const noexcept {
  return !slot.is_doomed && slot.generation == generation_ && !is_expired(slot, now) &&
         opening_or_open() <= max_size_;
}

inline Fate PoolState::release(Slot& slot, Instant now, const DbError* failure) {
  ensure(slot.holder == Holder::lease);
  if (failure != nullptr) {
    slot.is_doomed = true;
    note(PoolEventKind::check_failed, slot, *failure);
  }
  leased_.remove(slot);
  ++releases_;
  note(PoolEventKind::lease_ended, &slot);
  return settle(slot, now, now);
}

inline Fate PoolState::settle(Slot& slot, Instant now, Instant last_used) {
  slot.holder = Holder::nobody;
  if (!is_fit(slot, now)) [[unlikely]] {
    condemn(slot);
    return Fate::close;
  }
  if (!queue_.empty()) [[unlikely]]
    return hand_off(slot, now);
  return keep(slot, last_used);
}

inline Fate PoolState::keep(Slot& slot, Instant last_used) {
  change(slot, ConnectionState::idle);
  slot.last_used = last_used;
  Slot* place =
      idle_.front();  // Nearly always there: only a checked connection belongs further back.
  while (place != nullptr && place->last_used > last_used)
    place = place->next;
  idle_.insert_before(place, slot);
  return Fate::keep;
}

}  // namespace poolproof
