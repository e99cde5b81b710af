#include <poolproof/core/db/sql_fragment.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace poolproof {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_space(char c) {
  return std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos;
}

class FragmentReader {
 public:
  FragmentReader(Dialect dialect, std::string_view text) : dialect_(dialect), text_(text) {}

  std::expected<std::vector<FragmentPart>, std::string> read() {
    if (std::all_of(text_.begin(), text_.end(), is_space)) fail("is empty");
    if (text_.find('\0') != std::string_view::npos) fail("has a NUL byte");
    while (at_ < text_.size() && !mistake_)
      step();
    if (open_parentheses_ != 0) fail("opens a parenthesis that it does not close");
    if (mistake_) return std::unexpected(*mistake_);
    end_text(at_);
    return std::move(parts_);
  }

 private:
  void fail(std::string_view sentence) {
    if (!mistake_) mistake_ = sentence;
  }
  [[nodiscard]] bool sees(std::string_view words) const {
    return text_.substr(at_).starts_with(words);
  }
  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool is(Dialect dialect) const { return dialect_ == dialect; }

  void step() {
    const char c = text_[at_];
    if (is_space(c)) {
      ++at_;
    } else if (begins_line_comment()) {
      take_line_comment();
    } else if (sees("/*")) {
      take_block_comment();
    } else {
      const bool has_escapes = goes_on_with_escapes();
      escapes_end_.reset();
      take_token(c, has_escapes);
    }
  }

  /// A quote of PostgreSQL goes on in the next one: at once, which is a doubled quote, or where
  /// there is nothing between the two but spaces, line comments, and a new line.
  [[nodiscard]] bool goes_on_with_escapes() const {
    if (!escapes_end_) return false;
    const std::string_view between = text_.substr(*escapes_end_, at_ - *escapes_end_);
    return between.empty() || between.find_first_of("\n\r") != std::string_view::npos;
  }

  void take_token(char c, bool has_escapes) {
    if (c == '\'' || c == '"' || (c == '`' && !is(Dialect::postgresql))) {
      take_quoted(c, has_escapes && c == '\'');
    } else if (c == '[' && is(Dialect::sqlite)) {
      take_until("]", "has a bracket that does not end");
    } else if (c == '$') {
      take_dollar();
    } else if (begins_word(c)) {
      take_word();
    } else {
      take_sign(c);
    }
  }

  void take_sign(char c) {
    if (c == ';') fail("has a semicolon, but a statement is one");
    if (c == '(') ++open_parentheses_;
    if (c == ')' && open_parentheses_-- == 0) fail("closes a parenthesis that it did not open");
    const bool is_parameter =
        (c == '?' && !is(Dialect::postgresql)) || ((c == ':' || c == '@') && is(Dialect::sqlite));
    if (is_parameter) fail("has a parameter in another spelling than $1");
    ++at_;
  }

  /// `end` is searched behind the character at hand.
  void take_until(std::string_view end, std::string_view otherwise, std::size_t ahead = 1) {
    const std::size_t found = text_.find(end, at_ + ahead);
    if (found == std::string_view::npos) return fail(otherwise);
    at_ = found + end.size();
  }

  [[nodiscard]] bool begins_line_comment() const {
    if (is(Dialect::mysql)) {
      const auto behind = static_cast<unsigned char>(peek(2));
      return sees("#") || (sees("--") && (behind <= ' ' || behind == 0x7F));
    }
    return sees("--");
  }

  void take_line_comment() {
    const std::string_view ends = is(Dialect::postgresql) ? "\n\r" : "\n";
    const std::size_t end = text_.find_first_of(ends, at_);
    if (end == std::string_view::npos) return fail("has a comment that does not end");
    at_ = end + 1;
  }

  void take_block_comment() {
    constexpr std::string_view no_end = "has a comment that does not end";
    if (is(Dialect::mysql) && (sees("/*!") || sees("/*M!")))
      return fail("has a comment that some versions run");
    if (!is(Dialect::postgresql)) return take_until("*/", no_end, 2);
    escapes_end_.reset();
    std::size_t depth = 0;
    do {
      if (at_ >= text_.size()) return fail(no_end);
      if (sees("/*")) {
        ++depth;
        at_ += 2;
      } else if (sees("*/")) {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth != 0);
  }

  /// A doubled quote is the end of one quoted text and the beginning of the next.
  void take_quoted(char quote, bool has_escapes) {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && is(Dialect::mysql) && quote != '`')
        return fail(
            "has a backslash in quotes, which not every server reads alike: bind the text");
      if (c == '\\' && has_escapes) {
        ++at_;
      } else if (c == quote) {
        ++at_;
        if (has_escapes) escapes_end_ = at_;
        return;
      }
    }
    fail("has a quote that does not end");
  }

  void take_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (begins_word(text_[at_]) || is_digit(text_[at_]) || sees("$")))
      ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (is(Dialect::postgresql) && (word == "e" || word == "E") && sees("'"))
      take_quoted('\'', true);
  }

  void take_dollar() {
    if (is_digit(peek(1))) return take_placeholder();
    std::size_t length = 1;
    while (begins_word(peek(length)) || (length > 1 && is_digit(peek(length))))
      ++length;
    if (!is(Dialect::postgresql) || peek(length) != '$')
      return fail("has a $ that begins no placeholder");
    const std::string_view tag = text_.substr(at_, length + 1);
    take_until(tag, "has a quote that does not end", tag.size());
  }

  void take_placeholder() {
    end_text(at_);
    std::size_t number = 0;
    for (++at_; at_ < text_.size() && is_digit(text_[at_]); ++at_)
      number = std::min(number * 10 + static_cast<std::size_t>(text_[at_] - '0'), too_many);
    if (number == 0) fail("has a placeholder $0, but they count from $1");
    if (number == too_many) fail("has a placeholder above $" + std::to_string(placeholders_max));
    parts_.push_back({{}, number});
    text_begin_ = at_;
  }

  /// What has been read since the last placeholder is text to be copied.
  void end_text(std::size_t end) {
    if (end > text_begin_) parts_.push_back({text_.substr(text_begin_, end - text_begin_)});
  }

  static constexpr std::size_t too_many = placeholders_max + 1;

  const Dialect dialect_;
  const std::string_view text_;

  std::size_t at_ = 0;
  std::size_t text_begin_ = 0;
  std::size_t open_parentheses_ = 0;
  std::optional<std::size_t> escapes_end_;  // behind the last quote if it had escapes
  std::optional<std::string> mistake_;
  std::vector<FragmentPart> parts_;
};

}  // namespace

std::expected<std::vector<FragmentPart>, std::string> read_fragment(Dialect dialect,
                                                                    std::string_view text) {
  return FragmentReader(dialect, text).read();
}

}  // namespace poolproof
