#pragma once
// SQL as each database's lexer takes it apart, as far as it matters where quotes, comments, words
// and placeholders begin and end: PostgreSQL's manual 4.1, SQLite's "The Tokenizer", MySQL 11.1
// and 11.7; PostgreSQL with standard_conforming_strings on. What is to be made of it: the query
// builder's sql_fragment.h, and a driver's. Not installed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <poolproof/core/db/dialect.h>

namespace poolproof {

struct SqlToken {
  enum class Kind : std::uint8_t {
    space,        ///< one byte of it
    comment,      ///< with the end of its line, or its */
    quoted,       ///< a text or a name; where a quote is doubled, one of several
    word,         ///< also with dollars in it
    placeholder,  ///< $N, in every dialect
    sign,         ///< one byte of anything else: of an operator, of a number
  };
  Kind kind = Kind::sign;
  bool is_closed = true;   ///< false for a quote or a comment whose end is missing
  std::size_t number = 0;  ///< N of a placeholder; at most number_max
  std::string_view text{};

  /// One more than PostgreSQL, which counts parameters in 16 bits, can have.
  static constexpr std::size_t number_max = 65'536;
};

/// The tokens of a text, from left to right; put together they are the text.
class SqlTokens {
 public:
  SqlTokens(Dialect dialect, std::string_view text) noexcept : dialect_(dialect), text_(text) {}

  /// Nothing: the text is at its end.
  std::optional<SqlToken> next() noexcept;

 private:
  [[nodiscard]] bool is(Dialect dialect) const noexcept { return dialect_ == dialect; }
  [[nodiscard]] bool sees(std::string_view words) const noexcept {
    return text_.substr(at_).starts_with(words);
  }
  [[nodiscard]] char peek(std::size_t ahead) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool goes_on_with_escapes() const noexcept;
  [[nodiscard]] bool begins_line_comment() const noexcept;

  SqlToken take() noexcept;
  SqlToken take_mark(char c, bool has_escapes) noexcept;
  SqlToken take_sign() noexcept;
  SqlToken take_line_comment() noexcept;
  SqlToken take_block_comment() noexcept;
  SqlToken take_until(SqlToken::Kind kind, std::string_view end, std::size_t ahead) noexcept;
  SqlToken take_quoted(char quote, bool has_escapes) noexcept;
  SqlToken take_word() noexcept;
  SqlToken take_dollar() noexcept;
  SqlToken take_placeholder() noexcept;

  const Dialect dialect_;
  const std::string_view text_;

  std::size_t at_ = 0;
  std::optional<std::size_t> escapes_end_;  // behind the last quote if it had escapes
};

}  // namespace poolproof
