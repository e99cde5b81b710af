#pragma once
// PostgreSQL's errors in the words that all databases share.

#include <string>
#include <string_view>

#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/postgres/libpq.h>
#include <poolproof/drivers/postgres/postgres_options.h>

namespace poolproof::postgres {

/// What an SQLSTATE means. Source: appendix A of PostgreSQL's documentation.
DbErrorKind kind_of(std::string_view sqlstate) noexcept;

/// The error of a result that is one. The statement is left out.
DbError result_error(const PGconn* connection, const PGresult* result);

/// Whether the server ended the session with that error.
bool is_fatal(const PGresult* result) noexcept;

/// Whether it is an error with that SQLSTATE.
bool is_of_code(const PGresult* result, std::string_view sqlstate) noexcept;

/// Whether a prepared statement's table has changed so much that it must be prepared anew.
bool is_outdated(const PGresult* result) noexcept;

/// What is wrong with a connection that has no result to say it.
DbError lost_error(const PGconn* connection);

/// Why there is no connection; one line, no passwords.
DbError connect_error(const PGconn* connection, const PostgresOptions& options);

}  // namespace poolproof::postgres
