#include <poolproof/drivers/postgres/statement_nature.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <vector>

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

/// The statement's words and signs in small letters, without what is quoted or commented.
std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> words;
  SqlTokens tokens(Dialect::postgresql, sql);
  while (const auto token = tokens.next()) {
    const bool is_word = token->kind == SqlToken::Kind::word;
    const bool is_sign = token->kind == SqlToken::Kind::sign;
    if (is_word || is_sign) words.push_back(in_small_letters(token->text));
  }
  return words;
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

bool has(std::span<const std::string> words, std::string_view wanted) noexcept {
  return std::ranges::find(words, wanted) != words.end();
}

bool has_temporary(std::span<const std::string> words) noexcept {
  return has(words, "temp") || has(words, "temporary");
}

/// Those without "xact" in their names last as long as the session.
bool locks_session(std::span<const std::string> words) noexcept {
  return std::ranges::any_of(words, [](std::string_view word) {
    return word.starts_with("pg_advisory_lock") || word.starts_with("pg_try_advisory_lock");
  });
}

/// "set_config(name, value, true)" is the only form that is known to end with the transaction.
bool sets_for_session(std::span<const std::string> words) noexcept {
  const auto call = std::ranges::find(words, "set_config");
  if (call == words.end()) return false;
  const auto end = std::find(call, words.end(), ")");
  return *std::prev(end) != "true";
}

bool creates_what_stays(std::span<const std::string> words) noexcept {
  constexpr std::size_t most_before = 5;  // "create or replace local temporary"
  const bool is_temporary = has_temporary(words.first(std::min(words.size(), most_before)));
  return is_temporary && !(has(words, "commit") && has(words, "drop"));
}

/// "select ... into temp t".
bool selects_into_temporary(std::span<const std::string> words) noexcept {
  const auto into = std::ranges::find(words, "into");
  const auto rest = static_cast<std::size_t>(words.end() - into);
  return has_temporary(words.last(rest).first(std::min<std::size_t>(rest, 3)));
}

/// What a session keeps beyond the transaction. Statements begin with `first`.
std::string_view kept_after(std::string_view first, std::string_view sql) {
  const std::vector<std::string> all = words_of(sql);
  const std::span<const std::string> words(std::ranges::find(all, first), all.end());
  const std::string_view second = words.size() > 1 ? std::string_view(words[1]) : "";
  if (first == "listen") return "LISTEN";
  if (first == "set" && second != "local" && second != "transaction" && second != "constraints")
    return "a setting";
  if (first == "reset") return "a setting";
  if (first == "prepare" && second != "transaction") return "a prepared statement";
  if (first == "execute") return "a prepared statement";
  if (first == "load") return "a loaded library";
  if (first == "declare" && has(words, "hold") && !has(words, "without"))
    return "a cursor that is held";
  if (first == "create" && creates_what_stays(words)) return "something temporary";
  const bool may_call = first == "select" || first == "with" || first == "values";
  if (may_call && selects_into_temporary(words)) return "something temporary";
  if (may_call && locks_session(words)) return "an advisory lock";
  return may_call && sets_for_session(words) ? "a setting" : "";
}

/// "deallocate all", "deallocate prepare all", "discard all".
bool drops_all_prepared(std::string_view first, std::string_view sql) {
  return (first == "deallocate" || first == "discard") && has(words_of(sql), "all");
}

StatementNature::Kind kind_of_word(std::string_view word) noexcept {
  using Kind = StatementNature::Kind;
  if (word == "select" || word == "values" || word == "table" || word == "show")
    return Kind::select;
  if (word == "commit" || word == "end") return Kind::commit;
  if (word == "prepare") return Kind::prepare;
  if (word == "execute") return Kind::execute;
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
  StatementNature nature{.kind = kind_of_word(word),
                         .may_leave_traces = leaves_traces(word, sql),
                         .placeholders = count_placeholders(sql)};
  if (nature.may_leave_traces) nature.kept_by_session = kept_after(word, sql);
  if (drops_all_prepared(word, sql)) nature.kind = StatementNature::Kind::deallocate;
  return nature;
}

}  // namespace poolproof::postgres
