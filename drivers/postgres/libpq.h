#pragma once
// libpq's objects with an owner, and the one wait that there is.

#include <memory>

#include <libpq-fe.h>

#include <poolproof/core/clock.h>

namespace poolproof::postgres {

struct EndConnection {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
/// Its end does not wait for the server as long as the connection is non-blocking.
using ConnectionHandle = std::unique_ptr<PGconn, EndConnection>;

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

/// Waits until `file` is ready for one of `events` (as poll() calls them), or is broken. False:
/// `deadline` came first. A deadline that has passed still looks once.
bool wait_for(int file, short events, const Clock& clock, Instant deadline);

/// Whether the other end of the socket has been closed, or the socket is broken. Does not wait.
bool is_hung_up(int file) noexcept;

}  // namespace poolproof::postgres
