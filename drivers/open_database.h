#pragma once
// A database by its address, for programs that learn of it from their configuration.

#include <memory>
#include <string>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>

namespace poolproof {

/// A driver with its defaults for
///   "sqlite:app.db", "sqlite:/var/lib/app.db", "sqlite::memory:"      what follows is the path
///   "postgresql://user:password@host/db", "postgres://..."            as libpq takes it; refused
///                                                                     by a build without libpq
/// Opens no session with a server. `clock` must outlive what is made, and keep the pace of real
/// time for PostgreSQL. Errors: std::invalid_argument, in a sentence that does not quote the
/// address, which may hold a password. Any thread.  Does not block.
///
/// Example:
///   const auto opened = open_database("sqlite::memory:", clock);
///   ConnectionPool own({.max_size = 1}, *opened, clock);
std::unique_ptr<DbClientFactory> open_database(const std::string& address, Clock& clock);

}  // namespace poolproof
