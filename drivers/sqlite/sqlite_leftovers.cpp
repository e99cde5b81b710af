#include <poolproof/drivers/sqlite/sqlite_leftovers.h>

#include <sqlite3.h>

#include <algorithm>
#include <array>

namespace poolproof {
namespace {

bool is_same(const char* text, const char* wanted) noexcept {
  return text != nullptr && sqlite3_stricmp(text, wanted) == 0;
}

/// Whether a pragma with an argument leaves the session as it was: it tells of what the argument
/// names, or does its work on the file.
bool leaves_nothing(const char* pragma) noexcept {
  constexpr std::array pragmas = {"application_id",     "foreign_key_check", "foreign_key_list",
                                  "incremental_vacuum", "index_info",        "index_list",
                                  "index_xinfo",        "integrity_check",   "optimize",
                                  "quick_check",        "table_info",        "table_list",
                                  "table_xinfo",        "user_version",      "wal_checkpoint"};
  return std::ranges::any_of(pragmas, [&](const char* one) { return is_same(pragma, one); });
}

/// SQLite carries out most pragmas right after it has told of them.
void note_pragma(SqliteLeftovers& leftovers, const char* pragma, const char* argument) noexcept {
  if (argument == nullptr) return;  // It only asks.
  if (is_same(pragma, "query_only")) {
    leftovers.may_refuse_writes = !is_same(argument, "off");
  } else if (is_same(pragma, "foreign_keys")) {
    leftovers.may_ignore_foreign_keys = true;
  } else if (!leaves_nothing(pragma)) {
    leftovers.has_lasting = true;
  }
}

/// What `first` and `second` are depends on the action; `database` is the schema's name.
int note(void* leftovers, int action, const char* first, const char* second, const char* database,
         const char*) noexcept {
  auto& noted = *static_cast<SqliteLeftovers*>(leftovers);
  switch (action) {
    case SQLITE_PRAGMA:
      note_pragma(noted, first, second);
      break;
    case SQLITE_ATTACH:
    case SQLITE_CREATE_TEMP_TRIGGER:  // Of a table that is not temporary itself, perhaps.
      noted.has_lasting = true;
      break;
    case SQLITE_INSERT:  // Into the list of its tables, to begin with.
      if (is_same(database, "temp")) noted.has_lasting = true;
      break;
    default:
      break;
  }
  return SQLITE_OK;
}

}  // namespace

void watch_for_leftovers(sqlite3& db, SqliteLeftovers& leftovers) noexcept {
  sqlite3_set_authorizer(&db, &note, &leftovers);
}

}  // namespace poolproof
