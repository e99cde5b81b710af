#include <poolproof/drivers/sqlite/sqlite_placeholders.h>

#include <algorithm>
#include <charconv>

namespace poolproof {
namespace {

/// Behind `end`, or at the end of the text: SQLite also lets a comment end there.
std::string_view behind(std::string_view sql, std::string_view end) noexcept {
  const auto place = sql.find(end);
  return place == std::string_view::npos ? "" : sql.substr(place + end.size());
}

}  // namespace

bool is_blank_sql(std::string_view sql) noexcept {
  while (!sql.empty()) {
    if (sql.starts_with("--")) {
      sql = behind(sql, "\n");
    } else if (sql.starts_with("/*")) {
      sql = behind(sql.substr(2), "*/");
    } else if (std::string_view(" \t\r\n\f;").find(sql.front()) != std::string_view::npos) {
      sql.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

std::optional<std::size_t> dollar_number(std::string_view placeholder) noexcept {
  if (!placeholder.starts_with('$')) return std::nullopt;
  placeholder.remove_prefix(1);
  std::size_t number = 0;
  const char* const end = placeholder.data() + placeholder.size();
  const auto read = std::from_chars(placeholder.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number == 0) return std::nullopt;
  return number;
}

}  // namespace poolproof
