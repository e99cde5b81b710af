#pragma once
// What a pool looks like at each moment of a history: sessions, who has them, who waits. Seen from
// outside, so that it is the same for every pool; what a pool's observer says is added.

#include <vector>

#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

/// A session at the server, from the begin of its connect to the end of its close.
struct SessionPicture {
  enum class Status : std::uint8_t { connecting, idle, leased, closing };
  SessionId session{};
  Status status = Status::connecting;
  std::vector<TaskId> holders;         ///< of its lease: one at most, if L1 holds
  ClientCall call = ClientCall::none;  ///< under way
  TaskId caller = no_task;             ///< of `call`
  bool is_dead = false;                ///< the server has restarted since
  friend bool operator==(const SessionPicture&, const SessionPicture&) = default;
};

std::string_view to_string(SessionPicture::Status status) noexcept;

/// A connection as the pool's observer calls it.
struct ConnectionPicture {
  std::uint32_t connection = 0;
  ConnectionState state{};
  friend bool operator==(const ConnectionPicture&, const ConnectionPicture&) = default;
};

struct PoolPicture {
  /// Of the pool itself: whether it takes callers, as its close() and its observer tell.
  enum class Gate : std::uint8_t { open, closing, closed, destroyed };
  Gate gate = Gate::open;
  std::vector<SessionPicture> sessions;        ///< in order of connect
  std::vector<ConnectionPicture> connections;  ///< in order of number; none without an observer
  std::vector<TaskId> queue;  ///< who sleeps in acquire, the longest first; with an observer, who
                              ///< queues
  friend bool operator==(const PoolPicture&, const PoolPicture&) = default;
};

std::string_view to_string(PoolPicture::Gate gate) noexcept;

/// One after each event.
std::vector<PoolPicture> pool_pictures(const History& history);

}  // namespace poolproof::sim
