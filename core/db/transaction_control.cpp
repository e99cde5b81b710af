#include <poolproof/core/db/transaction_control.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace poolproof {
namespace {

bool is_word(std::string_view text, std::string_view small) noexcept {
  return std::ranges::equal(text, small, {}, [](char c) { return c | 0x20; });
}

/// Without the comment that `sql` begins with. PostgreSQL's have others within.
std::string_view behind_comment(std::string_view sql, Dialect dialect) noexcept {
  std::size_t depth = 0;
  do {
    if (sql.starts_with("/*") && (depth == 0 || dialect == Dialect::postgresql)) {
      ++depth;
      sql.remove_prefix(2);
    } else if (sql.starts_with("*/")) {
      --depth;
      sql.remove_prefix(2);
    } else {
      sql.remove_prefix(1);
    }
  } while (depth != 0 && !sql.empty());
  return sql;
}

std::string_view behind_line(std::string_view sql, Dialect dialect) noexcept {
  const std::string_view ends = dialect == Dialect::postgresql ? "\r\n" : "\n";
  return sql.substr(std::min(sql.find_first_of(ends), sql.size()));
}

/// From the first word on, if there is one.
std::string_view from_word(std::string_view sql, Dialect dialect) noexcept {
  const bool is_mysql = dialect == Dialect::mysql;
  while (true) {
    sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n\f\v;"), sql.size()));
    if (sql.starts_with("--") || (is_mysql && sql.starts_with('#'))) {
      sql = behind_line(sql, dialect);
    } else if (is_mysql && sql.starts_with("/*!")) {  // MySQL runs what is in such a comment.
      sql.remove_prefix(std::min(sql.find_first_not_of("/*!0123456789"), sql.size()));
    } else if (sql.starts_with("/*")) {
      sql = behind_comment(sql, dialect);
    } else {
      return sql;
    }
  }
}

std::string_view first_letters(std::string_view sql) noexcept {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return {sql.begin(), std::ranges::find_if_not(sql, is_letter)};
}

}  // namespace

bool is_transaction_control(std::string_view sql, Dialect dialect) noexcept {
  constexpr std::array words{"begin",    "start", "commit",    "end",
                             "rollback", "abort", "savepoint", "release"};
  sql = from_word(sql, dialect);
  const std::string_view first = first_letters(sql);
  if (is_word(first, "prepare")) {
    const std::string_view rest = from_word(sql.substr(first.size()), dialect);
    return is_word(first_letters(rest), "transaction");
  }
  return std::ranges::any_of(words, [&](std::string_view word) { return is_word(first, word); });
}

}  // namespace poolproof
