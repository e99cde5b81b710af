#pragma once
// Every knob of the SQLite driver, with its default.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>

namespace poolproof {

/// When SQLite waits for the disk: https://www.sqlite.org/pragma.html#pragma_synchronous.
enum class SqliteSynchronous : std::uint8_t {
  off,     ///< never: a crash of the machine may corrupt the database
  normal,  ///< under WAL a crash of the machine may lose the last commits, but nothing else
  full,    ///< at every commit
  extra,   ///< also for the directory, which matters without WAL only
};

std::string_view to_string(SqliteSynchronous synchronous) noexcept;

/// A Duration of 0 means "now", as everywhere.
struct SqliteOptions {
  /// The database's file, made by the first connect if there is none; or a URI of SQLite's,
  /// "file:...". ":memory:" is a database in memory that the sessions of one factory share and
  /// that ends with the factory and its last session; its readers and its writer lock each other
  /// out, as in a file without WAL. Empty is refused by connect().
  std::string path{};
  /// Whether a database that is not yet in WAL mode is put into it, so that readers and one writer
  /// go on side by side. It stays so for all its users. Without meaning in memory and where
  /// is_read_only.
  bool uses_wal = true;
  /// How long a call waits for a lock that another session holds, if its deadline leaves it so
  /// much. 0 and below: it does not wait.
  Duration busy_timeout = std::chrono::seconds(5);
  /// How long a statement may take where no deadline was set: SqliteClient::set_deadline(). 0: for
  /// ever.
  Duration statement_timeout{};
  /// Whether those who write over one factory's sessions take turns in order of arrival. SQLite
  /// itself lets any of them in, and some not within the busy timeout. Without meaning where the
  /// clock is no ThreadClock.
  bool queues_writers = true;
  /// Prepared statements that a session keeps, the longest unused leaving first. A few kilobytes
  /// each. 0: none; every execute() prepares.
  std::size_t statements_max = 64;
  /// Whether the sessions may only read. The database must exist.
  bool is_read_only = false;
  /// Whether foreign keys are enforced. reset() turns it back to this.
  bool enforces_foreign_keys = true;
  /// SQLite's default, which loses nothing that was committed.
  SqliteSynchronous synchronous = SqliteSynchronous::full;

  friend bool operator==(const SqliteOptions&, const SqliteOptions&) = default;
};

}  // namespace poolproof
