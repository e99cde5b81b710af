#pragma once
// One connection as the pool keeps it.

#include <cstdint>
#include <memory>
#include <source_location>

#include <poolproof/core/db/db_client.h>
#include <poolproof/core/pool/connection_state.h>
#include <poolproof/core/pool/pool_observer.h>

namespace poolproof {

/// `client`, `is_doomed`, `is_watched`: whoever holds the connection. Everything else: guarded by
/// the pool's lock, and constant while a lease is out.
struct PooledConnection {
  std::unique_ptr<DbClient> client;

  ConnectionId id{};
  Instant opened_at{};
  Instant expires_at =
      Instant::max();               ///< opened_at + max_lifetime, less this connection's jitter
  Instant last_used{};              ///< when it last became idle, or was opened
  std::uint64_t use_count = 0;      ///< leases so far
  Instant taken_at{};               ///< when the lease that is out was taken
  std::source_location taken_by{};  ///< and by whom
  ConnectionState state = ConnectionState::idle;
  bool is_doomed = false;   ///< invalidated by its holder: closed at release
  bool is_watched = false;  ///< its lease's home hands the client out: see watched_lease.h
};

}  // namespace poolproof
