#include <poolproof/core/db/sql_fragment.h>

#include <optional>
#include <utility>

#include <poolproof/core/db/sql_tokens.h>

namespace poolproof {
namespace {

class FragmentReader {
 public:
  FragmentReader(Dialect dialect, std::string_view text) : dialect_(dialect), text_(text) {}

  std::expected<std::vector<FragmentPart>, std::string> read() {
    if (text_.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos) fail("is empty");
    if (text_.find('\0') != std::string_view::npos) fail("has a NUL byte");
    SqlTokens tokens(dialect_, text_);
    for (auto token = tokens.next(); token && !mistake_; token = tokens.next())
      take(*token);
    if (open_parentheses_ != 0) fail("opens a parenthesis that it does not close");
    if (mistake_) return std::unexpected(*mistake_);
    end_text();
    return std::move(parts_);
  }

 private:
  void fail(std::string_view sentence) {
    if (!mistake_) mistake_ = sentence;
  }
  [[nodiscard]] bool is(Dialect dialect) const { return dialect_ == dialect; }

  void take(const SqlToken& token) {
    if (token.kind == SqlToken::Kind::placeholder) return take_placeholder(token);
    if (token.kind == SqlToken::Kind::comment) judge_comment(token);
    if (token.kind == SqlToken::Kind::quoted) judge_quoted(token);
    if (token.kind == SqlToken::Kind::sign) judge_sign(token.text.front());
    copied_ += token.text.size();
  }

  void judge_comment(const SqlToken& token) {
    const bool runs = token.text.starts_with("/*!") || token.text.starts_with("/*M!");
    if (is(Dialect::mysql) && runs) fail("has a comment that some versions run");
    if (!token.is_closed) fail("has a comment that does not end");
  }

  void judge_quoted(const SqlToken& token) {
    const char quote = token.text.front();
    const bool has_backslash = token.text.find('\\') != std::string_view::npos;
    if (is(Dialect::mysql) && quote != '`' && has_backslash)
      fail("has a backslash in quotes, which not every server reads alike: bind the text");
    if (token.is_closed) return;
    fail(quote == '[' ? "has a bracket that does not end" : "has a quote that does not end");
  }

  void judge_sign(char c) {
    if (c == ';') fail("has a semicolon, but a statement is one");
    if (c == '$') fail("has a $ that begins no placeholder");
    if (c == '(') ++open_parentheses_;
    if (c == ')' && open_parentheses_-- == 0) fail("closes a parenthesis that it did not open");
    const bool is_parameter =
        (c == '?' && !is(Dialect::postgresql)) || ((c == ':' || c == '@') && is(Dialect::sqlite));
    if (is_parameter) fail("has a parameter in another spelling than $1");
  }

  void take_placeholder(const SqlToken& token) {
    end_text();
    if (token.number == 0) fail("has a placeholder $0, but they count from $1");
    if (token.number > placeholders_max)
      fail("has a placeholder above $" + std::to_string(placeholders_max));
    parts_.push_back({{}, token.number});
    text_begin_ += token.text.size();
  }

  /// What has been read since the last placeholder is text to be copied.
  void end_text() {
    if (copied_ > 0) parts_.push_back({text_.substr(text_begin_, copied_)});
    text_begin_ += std::exchange(copied_, 0);
  }

  const Dialect dialect_;
  const std::string_view text_;

  std::size_t text_begin_ = 0;
  std::size_t copied_ = 0;  // bytes from there
  std::size_t open_parentheses_ = 0;
  std::optional<std::string> mistake_;
  std::vector<FragmentPart> parts_;
};

}  // namespace

std::expected<std::vector<FragmentPart>, std::string> read_fragment(Dialect dialect,
                                                                    std::string_view text) {
  return FragmentReader(dialect, text).read();
}

}  // namespace poolproof
