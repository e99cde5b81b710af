#pragma once
// What follows from a history, worked out once so that seventeen laws need not: operations,
// sessions, leases, calls to the client, waiters, stalls. Nothing here is an opinion; the opinions
// are in sim/judge/laws/.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

/// An index into History::events, or into one of the lists below.
using EventIndex = std::uint32_t;

/// "There is none": an event that did not happen, a record that does not exist. Larger than every
/// index, so that `operation.ret < event` is false for an operation that never returned.
constexpr std::uint32_t absent = 0xffff'ffff;

/// A call of the pool and its return. In order of call.
struct OperationRecord {
  EventIndex call = absent;
  EventIndex ret = absent;
  EventIndex parked = absent;  ///< when it first went to sleep
  std::uint32_t lease =
      absent;                ///< acquire: the lease that it began; release: the one that it ended
  std::uint32_t waiter = 0;  ///< the number under which the pool's observer saw it queue
  std::uint32_t leases_before = 0;  ///< how many were out at its call
  std::uint32_t client_calls = 0;   ///< made in its course
  std::uint32_t failed_calls = 0;   ///< those of them that did not end well
  std::uint32_t opened = 0;         ///< connects in its course that ended well
  std::uint32_t failed_connects = 0;
  std::uint32_t closes = 0;  ///< of sessions that others had opened
  TaskId task = no_task;
  Operation kind{};
  Outcome outcome{};
  /// No other operation overlapped it, and no thread of the pool's own had been active since the
  /// last stall.
  bool is_alone = false;
  SessionId session{};  ///< of the call of release, of the return of acquire
  Duration timeout{};
  Instant called_at{};
  Instant returned_at{};
};

/// A session, from its connect on. In order of connect.
struct SessionRecord {
  SessionId id{};
  EventIndex connect_begin = absent;
  EventIndex connect_end = absent;
  EventIndex close_begin = absent;
  EventIndex close_end = absent;
  EventIndex second_close = absent;  ///< the begin of a close after the first
  EventIndex used_after_close =
      absent;                         ///< the begin of another call after the begin of its close
  EventIndex first_failure = absent;  ///< the end of the first call on it that failed or threw
  EventIndex invalidated = absent;    ///< the first call of invalidate by a holder
  std::uint32_t opener =
      absent;  ///< operation in which it was opened; absent: the pool's own thread
  std::uint32_t closer = absent;
  std::uint32_t first_lease = absent;
  std::uint32_t last_lease = absent;
  std::uint32_t counted =
      0;  ///< sessions opening, open or closing when its connect began, itself included
  TaskId closer_task = no_task;
  bool is_connected = false;  ///< its connect ended well
  /// Since when its client has known that it is dead.
  Instant dead_since = Instant::max();
};

/// One time out, from the return of acquire to the call of release: the interval in which it
/// surely was out.
struct LeaseRecord {
  std::uint32_t session = absent;  ///< index into `sessions`
  std::uint32_t acquire = absent;  ///< operation
  std::uint32_t release = absent;  ///< operation
  EventIndex begin = absent;
  EventIndex end = absent;
  EventIndex invalidated = absent;
  std::uint32_t previous = absent;  ///< the lease of the same session before this one
  std::uint32_t clash =
      absent;  ///< a lease of the same session that was still out when this one began
  std::uint32_t call_under_way =
      absent;  ///< somebody else's client call on it when this lease began
  std::uint32_t broken_by =
      absent;  ///< client call: the failed ping or reset before it, unless a ping succeeded since
  EventIndex sign_of_life = absent;  ///< the end of the last call on the session that ended well
  std::uint32_t leases_out = 0;      ///< itself included, when it began
  TaskId holder = no_task;
};

/// A call of the database client.
struct ClientRecord {
  EventIndex begin = absent;
  EventIndex end = absent;
  std::uint32_t session = absent;
  std::uint32_t operation = absent;  ///< in whose course its task made it
  std::uint32_t lease = absent;      ///< that was out on the session when it began
  std::uint32_t clash = absent;  ///< another call on the session that was under way when it began
  TaskId task = no_task;
  ClientCall kind{};
  Outcome outcome{};
  bool is_pools_own = false;  ///< made by a thread of the pool, in no operation
};

/// An operation that was asleep at a stall, and since when.
struct ParkedRecord {
  std::uint32_t operation = absent;
  EventIndex since = absent;
};

/// A moment when no task could run.
struct StallRecord {
  EventIndex event = absent;
  std::uint32_t parked_begin =
      0;  ///< into `parked`: who slept, not counting those inside a client call
  std::uint32_t parked_end = 0;
  std::uint32_t counted = 0;  ///< sessions opening, open or closing
  std::uint32_t leases_out = 0;
  std::uint32_t calls_under_way = 0;  ///< client calls but execute
  /// Something other than a sleeping acquire or drain is on its way and may still grant.
  bool is_busy = false;
  std::uint32_t idle_session =
      absent;  ///< an open one that nobody holds and nothing is known against
};

/// What had been counted up to an event. Where two numbers belong together, the first counts what
/// has surely taken effect, the second what may have.
struct Tally {
  std::uint32_t acquires_done = 0, acquires_failed = 0, acquires_called = 0, acquires_threw = 0;
  std::uint32_t timeouts_done = 0;
  std::uint32_t releases_done = 0, releases_called = 0;
  std::uint32_t connects_done = 0, connects_ok = 0;
  std::uint32_t connects_open = 0;
  std::uint32_t failures_done = 0, failures = 0;
  std::uint32_t closes_done = 0, closes_begun = 0;
};

/// A metrics() call that returned a snapshot.
struct MetricsRecord {
  std::uint32_t operation = absent;
  std::uint32_t snapshot = 0;  ///< index into History::snapshots
  Tally before;                ///< at its call
  Tally after;                 ///< at its return
};

/// A waiter as the pool's observer saw it. In order of queueing, under the pool's lock.
struct WaiterRecord {
  std::uint32_t waiter = 0;
  std::uint32_t operation = absent;
  EventIndex queued = absent;
  EventIndex granted = absent;
  EventIndex overtaken_at = absent;  ///< the grant or lease that overtook it last
  std::uint32_t overtakes = 0;
  std::uint32_t granted_connection = 0;
};

/// What the pool's observer said, in order of its sequence.
struct ObservedRecord {
  std::uint32_t sequence = 0;
  EventIndex event = absent;
};

/// A change of state that the contract does not have.
struct TransitionBreak {
  enum class Kind : std::uint8_t {
    illegal,        ///< from a state from which it cannot go there
    discontinuous,  ///< from a state in which it was not
    after_closed,
    opened_twice,
    closed_while_valid,
  };
  Kind kind{};
  EventIndex event = absent;
  EventIndex before = absent;  ///< what was said of the connection last
};

/// Rebuilt for each history; keeps its memory. Plain data, written by build() alone.
struct HistoryIndex {
  std::vector<OperationRecord> operations;
  std::vector<SessionRecord> sessions;
  std::vector<LeaseRecord> leases;
  std::vector<ClientRecord> clients;
  std::vector<StallRecord> stalls;
  std::vector<ParkedRecord> parked;
  std::vector<MetricsRecord> metrics;
  std::vector<WaiterRecord> waiters;
  std::vector<ObservedRecord> observed;
  std::vector<TransitionBreak> transition_breaks;
  std::vector<std::uint32_t> resizes;    ///< operations
  std::vector<std::uint32_t> evictions;  ///< operations
  std::vector<std::uint32_t>
      operation_at;  ///< for each event: the operation in whose course its task was
  std::vector<EventIndex> server_restarts;
  std::vector<EventIndex> demotions;       ///< ends of statements that answered read_only
  std::vector<EventIndex> transactions;    ///< the steps of transactions
  EventIndex first_close_call = absent;    ///< of close, drain or destroy
  EventIndex first_close_return = absent;  ///< of close, drain or destroy
  EventIndex destroy_call = absent;
  EventIndex destroy_return = absent;
  EventIndex last_own_call =
      absent;  ///< the last begin of a client call by a thread of the pool's own
  bool own_threads_connect = false;
  EventIndex finished = absent;
  std::uint32_t leases_out = 0;       ///< at the end
  std::uint32_t operations_open = 0;  ///< at the end

  /// One pass over the events. Any history is accepted: what makes no sense is passed over
  /// (history_json.h refuses it). Allocates only while it meets a history larger than those
  /// before.
  void build(const History& history);

  /// Index into `sessions`, or absent.
  [[nodiscard]] std::uint32_t find(SessionId id) const noexcept {
    const auto number = static_cast<std::size_t>(id);
    return number < session_by_number.size() ? session_by_number[number] : absent;
  }

  /// The event by which the pool surely had the session on its books: its opener returned, or it
  /// was leased out.
  [[nodiscard]] EventIndex settled(const SessionRecord& session) const noexcept;

  /// The lease that was out on a session at `event`, or absent.
  [[nodiscard]] std::uint32_t lease_at(const SessionRecord& session,
                                       EventIndex event) const noexcept;

  /// Whether nothing else was going on from the call to the return of an operation.
  [[nodiscard]] bool ran_alone(const OperationRecord& operation) const noexcept {
    return operation.is_alone && (last_own_call == absent || last_own_call < operation.call);
  }

  // What build() remembers while it reads.
  struct TaskNow {
    std::uint32_t operation = absent;
    std::uint32_t client = absent;
    EventIndex parked = absent;
  };
  struct SessionNow {
    std::uint32_t lease = absent;
    std::uint32_t client = absent;
    std::uint32_t broken_by = absent;
    EventIndex sign_of_life = absent;
  };
  struct ConnectionNow {
    EventIndex last = absent;
    ConnectionState state{};
    bool is_state_known = false;
    bool is_closed = false;
    bool is_granted = false;  ///< to a waiter whose lease has not begun
  };
  std::vector<std::uint32_t> session_by_number;
  std::vector<TaskNow> tasks_now;
  std::vector<SessionNow> sessions_now;
  std::vector<ConnectionNow> connections_now;
  std::vector<std::uint32_t> queue_now;  ///< waiters
  std::vector<Tally> tallies_now;        ///< at the call of each task's metrics()
};

}  // namespace poolproof::sim
