#include <poolproof/drivers/postgres/statement_nature.h>

#include <algorithm>
#include <array>

#include <poolproof/core/db/sql_tokens.h>

namespace poolproof::postgres {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return small;
}

bool may_precede_word(const SqlToken& token) noexcept {
  return token.kind == SqlToken::Kind::space || token.kind == SqlToken::Kind::comment ||
         token.text == "(" || token.text == ";";
}

std::size_t count_placeholders(std::string_view sql) noexcept {
  std::size_t highest = 0;
  SqlTokens tokens(Dialect::postgresql, sql);
  while (const auto token = tokens.next())
    highest = std::max(highest, token->number);
  return highest;
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
  if (word == "execute") return Kind::execute;
  if (word == "deallocate" || word == "discard") return Kind::deallocate;
  if (word == "create" || word == "alter" || word == "drop") return Kind::define;
  return word == "copy" ? Kind::copy : Kind::other;
}

}  // namespace

std::string first_word(std::string_view sql) {
  SqlTokens tokens(Dialect::postgresql, sql);
  auto token = tokens.next();
  while (token && may_precede_word(*token))
    token = tokens.next();
  const bool is_word = token && token->kind == SqlToken::Kind::word;
  return is_word ? in_small_letters(token->text) : "";
}

StatementNature nature_of(std::string_view sql) {
  const std::string word = first_word(sql);
  return {.kind = kind_of_word(word),
          .may_leave_traces = leaves_traces(word, sql),
          .placeholders = count_placeholders(sql)};
}

}  // namespace poolproof::postgres
