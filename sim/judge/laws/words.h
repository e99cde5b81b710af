#pragma once
// How a violation names things, and the small questions that several laws ask.

#include <string>
#include <string_view>

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

/// "task 2"
std::string name(TaskId task);
/// "session 3"
std::string name(const SessionRecord& session);
/// "acquire of task 2"
std::string name(const OperationRecord& operation);
/// "task 2's reset"; "the pool's own ping" for a thread of the pool.
std::string name(const ClientRecord& client);
/// "at 5ms (event 14)": counted from the first event.
std::string moment(const History& history, EventIndex event);
/// "1 lease", "2 leases"
std::string counted(std::uint64_t number, std::string_view noun);
/// "a setting and a deadline", of a set of mocks::Leftover.
std::string leftover_words(std::uint32_t left);

inline bool is_acquire(const OperationRecord& operation) noexcept {
  return operation.kind == Operation::acquire || operation.kind == Operation::try_acquire;
}

/// The instant up to which the caller said it would wait.
inline Instant deadline(const OperationRecord& operation) noexcept {
  return deadline_after(operation.called_at, operation.timeout);
}

inline Instant instant(const History& history, EventIndex event) noexcept {
  return history.events[event].at;
}

/// How far two instants of one history may lie apart although they name one moment: real threads
/// read the clock at other times than the recorder.
inline Duration slack(const History& history) noexcept {
  return history.virtual_time ? Duration::zero() : Duration{std::chrono::milliseconds{20}};
}

/// Whether the pool may hold its lock during a client call, so that a task that was woken cannot
/// come out.
inline bool may_be_locked_out(const History& history, const StallRecord& stall) noexcept {
  return stall.calls_under_way != 0 && !history.capabilities.connect_outside_lock;
}

}  // namespace poolproof::sim
