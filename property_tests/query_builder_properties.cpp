// QueryBuilder: the database sees one statement, whatever the names, and no value in its text; SQL
// in the caller's own words stays in its place.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/sql_fragment.h>

namespace poolproof::property_tests {
namespace {

/// What stands in the text of one statement or more, as far as QueryBuilder alone has written it:
/// names in quotes, placeholders, and nothing else that a tokenizer would have to know.
struct Tokens {
  std::size_t statements = 1;
  std::vector<std::string> names;         ///< without their quotes
  std::vector<std::string> placeholders;  ///< as they are spelled
  std::string words;                      ///< the rest
  bool ends_a_quote = true;
};

/// Takes a name in quotes from the front of `text`.
std::optional<std::string> take_name(std::string_view& text) {
  const char quote = text.front();
  std::string name;
  for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
    if (text.front() != quote) {
      name += text.front();
    } else if (text.substr(1).starts_with(quote)) {
      name += quote;
      text.remove_prefix(1);
    } else {
      text.remove_prefix(1);
      return name;
    }
  }
  return std::nullopt;
}

Tokens tokens_of(std::string_view text, char quote) {
  Tokens tokens;
  while (!text.empty() && tokens.ends_a_quote) {
    const char c = text.front();
    if (c == quote) {
      auto name = take_name(text);
      tokens.ends_a_quote = name.has_value();
      tokens.names.push_back(name.value_or(""));
      continue;
    }
    text.remove_prefix(1);
    if (c == '$' || c == '?') {
      const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
      tokens.placeholders.push_back(c + std::string(text.substr(0, digits)));
      text.remove_prefix(digits);
    } else {
      tokens.statements += c == ';' ? 1 : 0;
      tokens.words += c;
    }
  }
  return tokens;
}

char quote_of(Dialect dialect) {
  return dialect == Dialect::mysql ? '`' : '"';
}

rc::Gen<Dialect> dialects() {
  return rc::gen::element(Dialect::sqlite, Dialect::postgresql, Dialect::mysql);
}

/// Bytes of any kind, or those that SQL has a meaning for.
rc::Gen<std::string> texts() {
  const std::string signs = "'\"`;-/*$?#\\[](){}=.% \n\tabeE019\xC3\xA9";
  return rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                        rc::gen::container<std::string>(rc::gen::elementOf(signs)));
}

rc::Gen<std::string> any_names() {
  return rc::gen::map(texts(), [](std::string name) {
    std::erase(name, '\0');
    return name.empty() ? "name" : name;
  });
}

/// SQL in the caller's own words, in pieces, well formed or not.
rc::Gen<std::vector<std::string>> pieces() {
  return rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "'", "'", "\"", "`", "$$", "$a$", "E'", "e'", "\\", "--", "-", "/*", "*/", "/", "*", "#",
      "\n", "\n", "\r", " ", "$1", "$2", "$3", "$", "(", ")", "[", "]", ";", "a", "1", "=", ":",
      "?", "\xC3\xA9"));
}

/// As much of such pieces as is accepted.
std::string accepted_fragment(Dialect dialect) {
  std::string text = "a ";
  std::string accepted = text;
  for (const std::string& piece : *pieces()) {
    text += piece;
    if (read_fragment(dialect, text)) accepted = text;
  }
  return accepted;
}

std::vector<std::size_t> placeholders_of(const std::vector<FragmentPart>& parts) {
  std::vector<std::size_t> numbers;
  for (const FragmentPart& part : parts)
    if (part.placeholder != 0) numbers.push_back(part.placeholder);
  return numbers;
}

rc::Gen<Value> any_values() {
  return rc::gen::oneOf(rc::gen::map(texts(), [](std::string text) { return Value(text); }),
                        rc::gen::map(rc::gen::arbitrary<std::int64_t>(),
                                     [](std::int64_t number) { return Value(number); }),
                        rc::gen::just(Value(true)), rc::gen::just(Value(1.5)));
}

/// One statement of every verb, with the same names and values in each.
std::vector<QueryBuilder> statements_of(Dialect dialect, const std::vector<std::string>& name,
                                        const std::vector<Value>& value) {
  const QueryBuilder query(dialect);
  const Expression table = identifier(name[0]);
  const Expression first = identifier(name[1]);
  const Expression second = identifier(name[2]);
  const Expression condition = first == value[0] && second.in({value[1], value[2]});
  return {
      query.select(first, second.as(name[1])).from(table).where(condition).order_by(second.desc()),
      query.insert_into(table)
          .columns(first, second)
          .values(value[0], value[1])
          .values(value[2], value[0])
          .on_conflict(first)
          .do_update(name[2]),
      query.update(table).set(first, value[0]).set(second, value[1]).where(condition),
      query.delete_from(table).where(condition || second.between(value[0], value[1])),
  };
}

RC_GTEST_PROP(QueryBuilder, MakesOneStatementWhateverTheNames, ()) {
  const Dialect dialect = *dialects();
  const auto name = *rc::gen::container<std::vector<std::string>>(3, any_names());

  for (const QueryBuilder& query : statements_of(dialect, name, {1, 2, 3})) {
    const auto statement = query.to_sql();
    RC_ASSERT(statement.has_value());
    const Tokens tokens = tokens_of(statement->text, quote_of(dialect));
    RC_ASSERT(tokens.ends_a_quote);
    RC_ASSERT(tokens.statements == 1U);
    RC_ASSERT(tokens.names.front() == name[0] || tokens.names.front() == name[1]);
    for (const std::string& token : tokens.names)
      RC_ASSERT(std::find(name.begin(), name.end(), token) != name.end());
  }
}

RC_GTEST_PROP(QueryBuilder, WritesTheSameWordsWhateverTheNames, ()) {
  const Dialect dialect = *dialects();
  const auto name = *rc::gen::container<std::vector<std::string>>(3, any_names());
  const auto plain = statements_of(dialect, {"a", "b", "c"}, {1, 2, 3});
  const auto strange = statements_of(dialect, name, {1, 2, 3});

  for (std::size_t place = 0; place < plain.size(); ++place) {
    const Tokens wanted = tokens_of(plain[place].to_sql()->text, quote_of(dialect));
    const Tokens seen = tokens_of(strange[place].to_sql()->text, quote_of(dialect));
    RC_ASSERT(seen.words == wanted.words);
    RC_ASSERT(seen.placeholders == wanted.placeholders);
  }
}

RC_GTEST_PROP(QueryBuilder, WritesTheSameTextWhateverTheValues, ()) {
  const Dialect dialect = *dialects();
  const auto value = *rc::gen::container<std::vector<Value>>(3, any_values());
  const auto plain = statements_of(dialect, {"a", "b", "c"}, {1, 2, 3});
  const auto strange = statements_of(dialect, {"a", "b", "c"}, value);

  for (std::size_t place = 0; place < plain.size(); ++place)
    RC_ASSERT(strange[place].to_sql()->text == plain[place].to_sql()->text);
}

RC_GTEST_PROP(QueryBuilder, HasAPlaceholderForEachValueInTheirOrder, ()) {
  const Dialect dialect = *dialects();
  const auto value = *rc::gen::container<std::vector<Value>>(3, any_values());

  for (const QueryBuilder& query : statements_of(dialect, {"a", "b", "c"}, value)) {
    const Statement statement = query.to_sql().value();
    const Tokens tokens = tokens_of(statement.text, quote_of(dialect));
    RC_ASSERT(tokens.placeholders.size() == statement.parameters.size());
    RC_ASSERT(statement.open_placeholders == 0U);
    for (std::size_t place = 0; place < tokens.placeholders.size(); ++place) {
      // SQLite counts them itself where they come in order.
      const bool is_counted = dialect == Dialect::sqlite && tokens.placeholders[place] == "?";
      RC_ASSERT(is_counted || tokens.placeholders[place] == placeholder(dialect, place + 1));
    }
  }
}

RC_GTEST_PROP(QueryBuilder, SplitsAnyNameOrSaysWhyNot, ()) {
  const Dialect dialect = *dialects();
  const auto statement = QueryBuilder(dialect).select(*texts()).from(*texts()).to_sql();

  if (statement) {
    const Tokens tokens = tokens_of(statement->text, quote_of(dialect));
    RC_ASSERT(tokens.ends_a_quote);
    RC_ASSERT(tokens.words.find_first_not_of("SELECTFROMAS.* ") == std::string::npos);
  } else {
    RC_ASSERT(statement.error().message.starts_with("an identifier "));
  }
}

RC_GTEST_PROP(SqlFragment, LeavesNoQuoteCommentOrParenthesisOpen, ()) {
  const Dialect dialect = *dialects();
  const std::string fragment = accepted_fragment(dialect);

  // Outside of all of these, and only there, each is seen for what it is.
  RC_ASSERT(!read_fragment(dialect, fragment + " ;").has_value());
  RC_ASSERT(!read_fragment(dialect, fragment + " )").has_value());
  RC_ASSERT(!read_fragment(dialect, fragment + " (").has_value());
  RC_ASSERT(read_fragment(dialect, "(" + fragment + ")").has_value());
  RC_ASSERT(read_fragment(dialect, fragment + " $7")->back() == (FragmentPart{{}, 7}));
}

RC_GTEST_PROP(SqlFragment, MeansTheSameBesideAnother, ()) {
  const Dialect dialect = *dialects();
  const std::string left = accepted_fragment(dialect);
  const std::string right = accepted_fragment(dialect);

  const auto both = read_fragment(dialect, "(" + left + ") AND (" + right + ")");

  RC_ASSERT(both.has_value());
  auto alone = placeholders_of(*read_fragment(dialect, left));
  const auto more = placeholders_of(*read_fragment(dialect, right));
  alone.insert(alone.end(), more.begin(), more.end());
  RC_ASSERT(placeholders_of(*both) == alone);
}

RC_GTEST_PROP(SqlFragment, IsCopiedByteForByte, ()) {
  const Dialect dialect = *dialects();
  const std::string fragment = accepted_fragment(dialect);

  const auto parts = read_fragment(dialect, fragment).value();
  std::string copy;
  for (const auto& [text, number] : parts)
    copy += number == 0 ? std::string(text) : "$" + std::to_string(number);

  RC_ASSERT(copy == fragment);
}

}  // namespace
}  // namespace poolproof::property_tests
