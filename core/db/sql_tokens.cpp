#include <poolproof/core/db/sql_tokens.h>

#include <algorithm>

namespace poolproof {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool begins_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_space(char c) noexcept {
  return std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<SqlToken> SqlTokens::next() noexcept {
  if (at_ == text_.size()) return std::nullopt;
  const std::size_t begin = at_;
  SqlToken token = take();
  token.text = text_.substr(begin, at_ - begin);
  return token;
}

SqlToken SqlTokens::take() noexcept {
  const char c = text_[at_];
  if (is_space(c)) {
    ++at_;
    return {SqlToken::Kind::space};
  }
  if (begins_line_comment()) return take_line_comment();
  if (sees("/*")) return take_block_comment();
  const bool has_escapes = goes_on_with_escapes();
  escapes_end_.reset();
  return take_mark(c, has_escapes);
}

/// A quote of PostgreSQL goes on in the next one: at once, which is a doubled quote, or where
/// there is nothing between the two but spaces, line comments, and a new line.
bool SqlTokens::goes_on_with_escapes() const noexcept {
  if (!escapes_end_) return false;
  const std::string_view between = text_.substr(*escapes_end_, at_ - *escapes_end_);
  return between.empty() || between.find_first_of("\n\r") != std::string_view::npos;
}

SqlToken SqlTokens::take_mark(char c, bool has_escapes) noexcept {
  if (c == '\'' || c == '"' || (c == '`' && !is(Dialect::postgresql)))
    return take_quoted(c, has_escapes && c == '\'');
  if (c == '[' && is(Dialect::sqlite)) return take_until(SqlToken::Kind::quoted, "]", 1);
  if (c == '$') return take_dollar();
  return begins_word(c) ? take_word() : take_sign();
}

SqlToken SqlTokens::take_sign() noexcept {
  ++at_;
  return {SqlToken::Kind::sign};
}

/// `end` is searched from `ahead` bytes behind the one at hand.
SqlToken SqlTokens::take_until(SqlToken::Kind kind, std::string_view end,
                               std::size_t ahead) noexcept {
  const std::size_t found = text_.find(end, at_ + ahead);
  const bool is_closed = found != std::string_view::npos;
  at_ = is_closed ? found + end.size() : text_.size();
  return {kind, is_closed};
}

bool SqlTokens::begins_line_comment() const noexcept {
  if (is(Dialect::mysql)) {
    const auto behind = static_cast<unsigned char>(peek(2));
    return sees("#") || (sees("--") && (behind <= ' ' || behind == 0x7F));
  }
  return sees("--");
}

SqlToken SqlTokens::take_line_comment() noexcept {
  const std::string_view ends = is(Dialect::postgresql) ? "\n\r" : "\n";
  const std::size_t end = text_.find_first_of(ends, at_);
  const bool is_closed = end != std::string_view::npos;
  at_ = is_closed ? end + 1 : text_.size();
  return {SqlToken::Kind::comment, is_closed};
}

/// PostgreSQL's may hold others.
SqlToken SqlTokens::take_block_comment() noexcept {
  if (!is(Dialect::postgresql)) return take_until(SqlToken::Kind::comment, "*/", 2);
  escapes_end_.reset();
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    const bool begins = sees("/*");
    const bool ends = !begins && sees("*/");
    at_ += begins || ends ? 2 : 1;
    if (begins) ++depth;
    if (ends && --depth == 0) return {SqlToken::Kind::comment};
  }
  return {SqlToken::Kind::comment, false};
}

/// A doubled quote is the end of one quoted text and the beginning of the next.
SqlToken SqlTokens::take_quoted(char quote, bool has_escapes) noexcept {
  for (++at_; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '\\' && has_escapes && at_ + 1 < text_.size()) {
      ++at_;
    } else if (c == quote) {
      ++at_;
      if (has_escapes) escapes_end_ = at_;
      return {SqlToken::Kind::quoted};
    }
  }
  return {SqlToken::Kind::quoted, false};
}

SqlToken SqlTokens::take_word() noexcept {
  const std::size_t begin = at_;
  while (at_ < text_.size() && (begins_word(text_[at_]) || is_digit(text_[at_]) || sees("$")))
    ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);
  const bool is_prefix = is(Dialect::postgresql) && (word == "e" || word == "E") && sees("'");
  return is_prefix ? take_quoted('\'', true) : SqlToken{SqlToken::Kind::word};
}

/// $1, or PostgreSQL's $tag$ ... $tag$.
SqlToken SqlTokens::take_dollar() noexcept {
  if (is_digit(peek(1))) return take_placeholder();
  std::size_t length = 1;
  while (begins_word(peek(length)) || (length > 1 && is_digit(peek(length))))
    ++length;
  if (!is(Dialect::postgresql) || peek(length) != '$') return take_sign();
  const std::string_view tag = text_.substr(at_, length + 1);
  return take_until(SqlToken::Kind::quoted, tag, tag.size());
}

SqlToken SqlTokens::take_placeholder() noexcept {
  SqlToken token{SqlToken::Kind::placeholder};
  for (++at_; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
    const auto digit = static_cast<std::size_t>(text_[at_] - '0');
    token.number = std::min(token.number * 10 + digit, SqlToken::number_max);
  }
  return token;
}

}  // namespace poolproof
