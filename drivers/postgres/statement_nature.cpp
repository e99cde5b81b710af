#include <poolproof/drivers/postgres/statement_nature.h>

#include <algorithm>
#include <array>

#include <poolproof/drivers/postgres/sql_scanner.h>

namespace poolproof::postgres {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return small;
}

std::string_view without_prelude(std::string_view sql) noexcept {
  constexpr std::string_view space = " \t\n\r\f\v(;";
  for (;;) {
    sql.remove_prefix(std::min(sql.find_first_not_of(space), sql.size()));
    if (!sql.starts_with("--") && !sql.starts_with("/*")) return sql;
    sql.remove_prefix(quoted_length(sql));
  }
}

constexpr std::array<std::string_view, 18> traceless{
    "select", "insert", "update", "delete",   "merge",     "values", "table", "with",    "lock",
    "begin",  "start",  "commit", "rollback", "savepoint", "end",    "abort", "release", "show"};

/// Words whose presence anywhere makes a statement of the list above suspect.
constexpr std::array<std::string_view, 3> suspect{"set_config", "advisory", "dblink"};

bool leaves_traces(std::string_view word, std::string_view sql) {
  if (std::ranges::find(traceless, word) == traceless.end()) return true;
  const std::string small = in_small_letters(sql);
  const bool has_suspect = std::ranges::any_of(
      suspect, [&](std::string_view part) { return small.find(part) != std::string::npos; });
  if (has_suspect) return true;
  // "select ... into temp", also behind "with"; "insert into" is no such thing.
  const bool may_select_into = word == "select" || word == "with";
  return may_select_into && small.find("into") != std::string::npos;
}

StatementNature::Kind kind_of_word(std::string_view word) noexcept {
  using Kind = StatementNature::Kind;
  if (word == "select" || word == "values" || word == "table" || word == "show")
    return Kind::select;
  if (word == "commit" || word == "end") return Kind::commit;
  if (word == "prepare") return Kind::prepare;
  if (word == "deallocate" || word == "discard") return Kind::deallocate;
  if (word == "create" || word == "alter" || word == "drop") return Kind::define;
  return word == "copy" ? Kind::copy : Kind::other;
}

}  // namespace

std::string first_word(std::string_view sql) {
  const std::string_view rest = without_prelude(sql);
  const auto end = std::ranges::find_if_not(rest, is_letter);
  return in_small_letters({rest.begin(), end});
}

StatementNature nature_of(std::string_view sql) {
  const std::string word = first_word(sql);
  return {.kind = kind_of_word(word),
          .may_leave_traces = leaves_traces(word, sql),
          .placeholders = count_placeholders(sql)};
}

}  // namespace poolproof::postgres
