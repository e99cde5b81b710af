#include <poolproof/drivers/postgres/session_settings.h>

#include <string_view>

namespace poolproof::postgres {
namespace {

/// Reported by the server to whoever is in between. A timestamp without a zone is taken for UTC on
/// the way in and out, and the query builder's texts rely on the last.
constexpr std::string_view reported =
    "pg_catalog.set_config('DateStyle','ISO',false),"
    "pg_catalog.set_config('TimeZone','UTC',false),"
    "pg_catalog.set_config('standard_conforming_strings','on',false)";

/// So that all values come back as they were, whatever role and database have set.
constexpr std::string_view unreported =
    "pg_catalog.set_config('extra_float_digits','1',false),"
    "pg_catalog.set_config('bytea_output','hex',false)";

std::string select(std::string_view what) {
  return "SELECT " + std::string(what);
}

}  // namespace

std::string settings_for_process(int serving) {
  const std::string process = std::to_string(serving);
  return select("pg_catalog.pg_backend_pid(),") + std::string(reported) +
         ",CASE WHEN pg_catalog.pg_backend_pid()=" + process + " THEN pg_catalog.concat(" +
         std::string(unreported) + ") END";
}

std::string settings() {
  return select(reported) + "," + std::string(unreported);
}

}  // namespace poolproof::postgres
