#pragma once
// What statements leave in a session beyond their transaction, as SQLite tells of each while it
// prepares it.

struct sqlite3;

namespace poolproof {

/// A statement that is kept prepared is told of when it runs again too: SQLite prepares all those
/// of this kind anew.
struct SqliteLeftovers {
  bool may_refuse_writes = false;        ///< after pragma query_only
  bool may_ignore_foreign_keys = false;  ///< after pragma foreign_keys
  /// Other pragmas that set something, attached databases, temporary tables, views and triggers.
  bool has_lasting = false;

  friend bool operator==(const SqliteLeftovers&, const SqliteLeftovers&) = default;
};

/// Adds to `leftovers`, from now on until the database is closed.
void watch_for_leftovers(sqlite3& db, SqliteLeftovers& leftovers) noexcept;

}  // namespace poolproof
