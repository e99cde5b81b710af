#pragma once
// One entry of a history. The writer (a scenario's clients, the simulated database, the engine)
// never reads; the laws never write. The form on disk is docs/history-format.md.

#include <cstdint>
#include <optional>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/pool_observer.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/sim/engine/task_id.h>

namespace poolproof::sim {

/// A session as the server numbers them, from 1 in order of connect. 0: none.
enum class SessionId : std::uint32_t {};

enum class EventKind : std::uint8_t {
  call,          ///< a task called an operation of the pool
  ret,           ///< and it returned ("return" in JSON)
  client_begin,  ///< the pool (or a lease's holder) called the database client
  client_end,    ///< and the client returned or threw
  parked,   ///< the task went to sleep inside an operation of the pool, until notified or until an
            ///< instant; waiting for a mutex is not sleep
  stalled,  ///< no task could run; time will be moved on by `timeout` (0: the writer does not
            ///< know), or
            ///< (`outcome` deadlock) nothing is left to do
  observed,     ///< the pool's own observer spoke (reference pool only)
  server,       ///< the server restarted: all sessions before this event are dead; or, where there
                ///< is a `session`, that one died `timeout` ago, and its client knows
  finished,     ///< the execution ended; `outcome` says how
  transaction,  ///< a step of a transaction; `step` says which
};

enum class Operation : std::uint8_t {
  none,
  acquire,
  try_acquire,
  release,
  invalidate,
  ensure_min_size,
  health_check,
  metrics,
  resize,
  evict_all,
  close,
  drain,
  use_ended,
  destroy,
  leave,   ///< a holder leaves something on its session: no operation of the pool
  move,    ///< a holder moves its lease, which must change nothing
  cancel,  ///< makes the acquire of another task, `count`, give up
};
constexpr auto operations_last = Operation::cancel;

using mocks::ClientCall;

/// A step of a transaction, as whoever runs it or the store sees it.
enum class TransactionStep : std::uint8_t {
  none,
  run,          ///< a task asks for a transaction: at most `count` attempts within `timeout`;
                ///< `outcome` is what comes of it when nothing hinders it; `amount` how it is to
                ///< be begun (number_of)
  worked,       ///< the work of an attempt has returned or thrown
  pauses,       ///< no attempt for `timeout`
  claims,       ///< committed, it is to have changed row `count` by `amount`
  done,         ///< it is over; `outcome` is what was reported
  began,        ///< the store opened one on `session`
  changed,      ///< the commit that follows changed row `count` by `amount`
  committed,    ///< it took effect, whatever its client was told; `amount` how it was begun
  rolled_back,  ///< by rollback, or by a commit that was refused; `amount` likewise
  undone,       ///< by the session's reset
  balance,      ///< row `count` holds `amount`: before the first client, after the last
  counted,      ///< whoever asked was told that there were `count` attempts
};

/// How an operation, a client's call or the whole execution ended.
enum class Outcome : std::uint8_t {
  ok,
  timed_out,
  closed,
  connect_failed,
  exhausted,  // acquire's errors
  failed,     // the call answered with an error
  threw,      // an exception came out
  deadlock,
  livelock,
  crashed,
  data_race,
  aborted,    // of an execution
  conflict,   // of a statement or a transaction: all of it may be run again
  ambiguous,  // of a transaction: nobody knows whether it took effect
  cancelled,  // of acquire: somebody else wanted it to give up
  read_only,  // of a statement: the session may only read
  refused,    // of a statement: for what it says, and would be again
};

/// Fields that do not apply are 0. 64 bytes: histories are long and judged by the million.
struct Event {
  Instant at{};  ///< on the scenario's clock
  EventKind kind{};
  Operation
      operation{};  ///< call, ret; also on client_begin/client_end: the operation it happened in
  ClientCall client_call{};  ///< client_begin, client_end
  Outcome outcome{};         ///< ret, client_end, finished
  TaskId task = no_task;
  std::uint16_t locks_held = 0;  ///< client_begin, observed: platform mutexes that the task held
  SessionId session{};  ///< ret of acquire; call of release/invalidate; client_begin/client_end
  /// ret of metrics: 1 + index into History::snapshots; ret of an acquire that failed: likewise
  /// into History::refusals, 0 when the pool says no more than why
  std::uint32_t snapshot = 0;
  /// call of acquire, drain: Duration::max() is "for ever"; stalled; client_begin: how long the
  /// client was given, 0 when nobody knows, 1 ns when its time was over
  Duration timeout{};
  std::uint32_t min_size = 0, max_size = 0;  ///< call of resize
  std::uint32_t count = 0;  ///< ret of drain: leases still out; ret of use_ended: sessions
                            ///< reached; ret of acquire: what was left on its session, leave:
                            ///< what (both sets of mocks::Leftover); call of cancel: the task;
                            ///< transaction: attempts, row; observed: callers in the queue
  // observed:
  PoolEventKind pool_event{};
  ConnectionState from{}, to{};
  TransactionStep step{};        ///< transaction
  std::uint32_t connection = 0;  ///< the pool's own number for it
  std::uint32_t waiter = 0;
  std::uint32_t sequence = 0;  ///< order under the pool's lock
  std::int32_t amount = 0;     ///< transaction: of a row's change, what it holds, a mode;
                               ///< observed: leases that are out

  friend bool operator==(const Event&, const Event&) = default;
};
static_assert(sizeof(Event) == 64);

std::string_view to_string(EventKind) noexcept;
std::string_view to_string(Operation) noexcept;
std::string_view to_string(Outcome) noexcept;
std::string_view to_string(TransactionStep) noexcept;

// The way back: nothing for a word that names no value.
std::optional<EventKind> event_kind_from(std::string_view word) noexcept;
std::optional<Operation> operation_from(std::string_view word) noexcept;
std::optional<Outcome> outcome_from(std::string_view word) noexcept;
std::optional<TransactionStep> transaction_step_from(std::string_view word) noexcept;
std::optional<ClientCall> client_call_from(std::string_view word) noexcept;
std::optional<PoolEventKind> pool_event_from(std::string_view word) noexcept;
std::optional<ConnectionState> connection_state_from(std::string_view word) noexcept;

}  // namespace poolproof::sim
