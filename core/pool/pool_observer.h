#pragma once
// Where logging, metrics, leak reports and the simulator's history hang on.

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/core/pool/connection_state.h>

namespace poolproof {

/// A connection's number, counted up from 1 in order of opening. Never used again.
enum class ConnectionId : std::uint64_t {};

/// A waiter's number, counted up from 1 in order of arrival, those included for whom a client was
/// called and who never had to wait. 0: nobody.
enum class WaiterId : std::uint64_t {};

enum class PoolEventKind : std::uint8_t {
  opening,        ///< a slot was taken and its connect begins
  opened,         ///< the connection exists; it is in_use by its opener
  open_failed,    ///< the connect failed or threw; `error` says how
  state_changed,  ///< `from` became `to`
  closed,         ///< the session's close has returned; the slot is free or passed on
  queued,         ///< `waiter` joined the queue
  granted,        ///< `waiter` was given a connection, or a slot (then `connection` is 0)
  withdrawn,      ///< `waiter` gave up at its deadline, or was cancelled
  refused,        ///< `waiter` was woken because the pool closed
  lease_began,
  lease_ended,
  lease_overdue,  ///< a lease has been out longer than leak_threshold; said once
  check_failed,   ///< ping or reset failed; `error` says how
  pool_closed,
  transaction_left_open,  ///< a lease ended with its transaction open: the client is reset
  connection_condemned,   ///< by the `error` that its holder reported: closed when its lease ends
  generation_condemned,   ///< likewise, and with it all that had been opened then
};

std::string_view to_string(PoolEventKind kind) noexcept;

/// One thing that happened. `sequence` and all numbers were taken under the pool's lock; the event
/// itself is delivered after the lock was released, so two events may arrive in the other order:
/// sort by sequence.
struct PoolEvent {
  PoolEventKind kind{};
  std::uint64_t sequence = 0;
  ConnectionId connection{};
  WaiterId waiter{};
  ConnectionState from = ConnectionState::idle;
  ConnectionState to = ConnectionState::idle;
  std::size_t leases = 0;           ///< that are out, after the event
  std::size_t waiting = 0;          ///< callers in the queue, after the event
  const DbError* error = nullptr;   ///< valid during the call only
  Duration held{};                  ///< for lease_overdue
  std::source_location taken_by{};  ///< for lease_overdue: who took the connection out
};

/// Is told of every event without the pool's lock, by several threads at once: what befell a
/// waiter by the waiter's own thread, a condemnation by whoever closes the connection, all else by
/// the thread that caused it. It may call the pool. What it throws is dropped. It must outlive the
/// pool and the last lease.
///
/// Example:
///   class LeakLog final : public PoolObserver {
///    public:
///     void on_event(const PoolEvent& event) override {
///       if (event.kind != PoolEventKind::lease_overdue) return;
///       std::cerr << "out for " << to_string(event.held) << ", taken at "
///                 << event.taken_by.file_name() << ":" << event.taken_by.line() << "\n";
///     }
///   };
class PoolObserver {
 public:
  virtual ~PoolObserver() = default;
  /// Whoever blocks here holds up the thread that caused the event, but no lock.
  virtual void on_event(const PoolEvent& event) = 0;
};

}  // namespace poolproof
