#include <poolproof/drivers/postgres/sql_scanner.h>

#include <algorithm>

namespace poolproof::postgres {
namespace {

/// The rest of the text, where its end is missing.
std::size_t up_to(std::string_view sql, std::string_view end, std::size_t from) noexcept {
  const std::size_t at = sql.find(end, from);
  return at == std::string_view::npos ? sql.size() : at + end.size();
}

/// A doubled quote ends one string and begins the next, which comes to the same.
std::size_t plain_length(std::string_view sql) noexcept {
  return up_to(sql, sql.substr(0, 1), 1);
}

/// e'it\'s'
std::size_t escaped_length(std::string_view sql) noexcept {
  for (std::size_t at = 2; at < sql.size(); ++at) {
    if (sql[at] == '\\')
      ++at;
    else if (sql[at] == '\'')
      return at + 1;
  }
  return sql.size();
}

/// Comments of this kind may hold others.
std::size_t block_comment_length(std::string_view sql) noexcept {
  std::size_t depth = 0;
  for (std::size_t at = 0; at + 1 < sql.size(); ++at) {
    const std::string_view pair = sql.substr(at, 2);
    if (pair != "/*" && pair != "*/") continue;
    depth = pair == "/*" ? depth + 1 : depth - 1;
    ++at;
    if (depth == 0) return at + 1;
  }
  return sql.size();
}

/// $tag$ ... $tag$; 0 for a placeholder.
std::size_t dollar_quoted_length(std::string_view sql) noexcept {
  std::size_t end = 1;
  while (end < sql.size() && (is_letter(sql[end]) || (end > 1 && is_digit(sql[end]))))
    ++end;
  if (end == sql.size() || sql[end] != '$') return 0;
  const std::string_view tag = sql.substr(0, end + 1);
  return up_to(sql, tag, tag.size());
}

/// A word is stepped over whole: a dollar inside belongs to it.
std::size_t word_length(std::string_view sql) noexcept {
  const auto end = std::ranges::find_if_not(
      sql, [](char c) { return is_letter(c) || is_digit(c) || c == '$' || (c & 0x80) != 0; });
  return static_cast<std::size_t>(end - sql.begin());
}

/// The number behind a dollar, as far as it can be one of a parameter.
std::size_t placeholder_number(std::string_view sql) noexcept {
  constexpr std::size_t most = 65'535;
  std::size_t number = 0;
  for (std::size_t at = 1; at < sql.size() && is_digit(sql[at]); ++at)
    number = std::min(most + 1, number * 10 + static_cast<std::size_t>(sql[at] - '0'));
  return number;
}

}  // namespace

std::size_t quoted_length(std::string_view sql) noexcept {
  if (sql.starts_with('\'') || sql.starts_with('"')) return plain_length(sql);
  if (sql.starts_with("e'") || sql.starts_with("E'")) return escaped_length(sql);
  if (sql.starts_with("--")) return up_to(sql, "\n", 2);
  if (sql.starts_with("/*")) return block_comment_length(sql);
  return sql.starts_with('$') ? dollar_quoted_length(sql) : 0;
}

std::size_t count_placeholders(std::string_view sql) noexcept {
  std::size_t highest = 0;
  while (!sql.empty()) {
    std::size_t step = quoted_length(sql);
    if (step == 0 && is_letter(sql.front())) step = word_length(sql);
    if (step == 0) {
      if (sql.front() == '$') highest = std::max(highest, placeholder_number(sql));
      step = 1;
    }
    sql.remove_prefix(step);
  }
  return highest;
}

}  // namespace poolproof::postgres
