#pragma once
// From options to an open connection.

#include <expected>

#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/postgres/libpq.h>
#include <poolproof/drivers/postgres/postgres_options.h>

namespace poolproof::postgres {

/// Connects without blocking beyond `deadline`. The connection that it returns is non-blocking.
/// Errors: see PostgresFactory::connect().
std::expected<ConnectionHandle, DbError> open_connection(const PostgresOptions& options,
                                                         const Clock& clock, Instant deadline);

/// Why a connect that took too long has no session.
DbError no_session_in_time();

}  // namespace poolproof::postgres
