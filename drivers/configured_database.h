#pragma once
// A database and the knobs of its pool, from an address and the environment: one table of knobs
// for both, by the names of PoolConfig's fields and of the driver's options.

#include <cstdlib>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>
#include <poolproof/core/pool/pool_config.h>

namespace poolproof {

struct ConfiguredDatabase {
  std::unique_ptr<DbClientFactory> factory;
  PoolConfig pool;
};

/// Where a variable of the environment is read; null where there is none.
using Environment = std::function<const char*(const char* name)>;

/// What `usual` says, then what the environment says, as in POOLPROOF_MAX_SIZE=20, then what the
/// query of the address says: "postgresql://db/shop?max_size=20&acquire_timeout=500ms". Known are
/// PoolConfig's fields but error_policy, statement_timeout and statements_max of both drivers,
/// PostgreSQL's call_timeout and cancel_grace, SQLite's busy_timeout, uses_wal, queues_writers and
/// is_read_only. Durations are written 500ms (ns, us, ms, s, min, h), the rest as a number or
/// true and false. What else a query has is libpq's, or that of a URI of SQLite's
/// ("sqlite:file:"). An empty address is POOLPROOF_ADDRESS's. `clock` must outlive the factory,
/// and keep the pace of real time for PostgreSQL. Opens no session. Errors: a sentence that names
/// place, value and rule, and quotes nothing else of the address. Any thread, as far as the
/// environment is not changed meanwhile.
///
/// Example:
///   const auto configured = configured_database("sqlite::memory:?max_size=1&min_size=1", clock);
///   if (!configured) std::cerr << configured.error() << "\n";
///   ConnectionPool own(configured->pool, *configured->factory, clock);
std::expected<ConfiguredDatabase, std::string> configured_database(
    const std::string& address, Clock& clock, const PoolConfig& usual = {},
    const Environment& environment = [](const char* name) -> const char* {
      return std::getenv(name);
    });

}  // namespace poolproof
