#pragma once
// What was chosen in one execution: enough to do it again, on one line.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/engine/strategy.h>

namespace poolproof::sim {

/// One answered choice.
struct Choice {
  std::uint32_t options = 0;
  std::uint32_t chosen : 24 = 0;
  ChoiceKind kind : 8 = ChoiceKind::task;
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// A number() choice is asked of at most so many options, so that every answer fits a Choice.
constexpr std::uint32_t options_max = 1U << 24U;

using Schedule = std::vector<Choice>;

/// Takes text piece by piece.
class TextSink {
 public:
  virtual void operator()(std::string_view piece) noexcept = 0;

 protected:
  ~TextSink() = default;
};

/// Gathers it.
class StringSink final : public TextSink {
 public:
  void operator()(std::string_view piece) noexcept override { text += piece; }
  std::string text;
};

/// The choices in letters, digits, '-', '_', '.' and '!': one letter for a small choice, runs
/// counted.
std::string print_choices(const Schedule& schedule);
/// The same, piece by piece to `say`, without memory: for a program that dies.
void say_choices(const Schedule& schedule, TextSink& say) noexcept;

/// Errors: one sentence naming the character. Kinds are not printed; a parsed choice has kind
/// task, and the fingerprint tells whether the kinds were the same. At most `choices_max` choices.
std::expected<Schedule, std::string> parse_choices(std::string_view text);
constexpr std::size_t choices_max = 4'000'000;

/// Differs, but for a chance of 1 in 2^32, when any choice's kind, options or answer differ.
std::uint32_t fingerprint(const Schedule& schedule) noexcept;

}  // namespace poolproof::sim
