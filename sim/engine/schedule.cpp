#include <poolproof/sim/engine/schedule.h>

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>

namespace poolproof::sim {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint32_t small_options_max = 9;  // 2 to 9 options, answers 0 to 7: three bits each
constexpr std::size_t run_min = 4;

bool is_small(const Choice& choice) {
  return choice.options >= 2 && choice.options <= small_options_max && choice.chosen < 8;
}

void say_number_and_dot(std::uint64_t number, TextSink& say) noexcept {
  std::array<char, 21> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  *end = '.';
  say({digits.data(), end + 1});
}

void say_choice(const Choice& choice, TextSink& say) noexcept {
  if (is_small(choice)) return say(letters.substr((choice.options - 2) * 8 + choice.chosen, 1));
  say("!");
  say_number_and_dot(choice.options, say);
  say_number_and_dot(choice.chosen, say);
}

bool is_same_symbol(const Choice& a, const Choice& b) {
  return a.options == b.options && a.chosen == b.chosen;
}

/// Reads what print_choices wrote, one symbol at a time, and knows where it stands.
class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : text_(text) {}

  std::expected<Schedule, std::string> read() {
    Schedule schedule;
    while (at_ < text_.size()) {
      auto choice = symbol();
      if (!choice) return std::unexpected(choice.error());
      auto times = run();
      if (!times) return std::unexpected(times.error());
      if (*times > choices_max - schedule.size())
        return wrong("a schedule of at most 4000000 choices");
      schedule.insert(schedule.end(), *times, *choice);
    }
    return schedule;
  }

 private:
  std::unexpected<std::string> wrong(std::string_view expected) const {
    const std::string found =
        at_ < text_.size() ? mocks::quotation(text_.substr(at_, 1)) : "the end";
    return std::unexpected(fmt::format("character {}: {}: expected {}", at_ + 1, found, expected));
  }

  std::expected<Choice, std::string> symbol() {
    if (text_[at_] == '!') return large();
    const auto value = letters.find(text_[at_]);
    if (value == std::string_view::npos) return wrong("a letter, a digit, \"-\", \"_\" or \"!\"");
    const auto code = static_cast<std::uint32_t>(value);
    Choice choice{.options = code / 8 + 2, .chosen = code % 8};
    if (choice.chosen >= choice.options) return wrong("an answer that is one of the options");
    ++at_;
    return choice;
  }

  std::expected<Choice, std::string> large() {
    ++at_;
    const auto options = number_and_dot();
    if (!options) return std::unexpected(options.error());
    const auto chosen = number_and_dot();
    if (!chosen) return std::unexpected(chosen.error());
    if (*options < 2 || *options > options_max || *chosen >= *options) {
      return wrong("before it an answer that is one of the options");
    }
    return Choice{.options = *options, .chosen = *chosen & 0xffffffU};
  }

  std::expected<std::uint32_t, std::string> number_and_dot() {
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) return wrong("a number below 4294967296");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (at_ >= text_.size() || text_[at_] != '.') return wrong("\".\"");
    ++at_;
    return value;
  }

  std::expected<std::size_t, std::string> run() {
    if (at_ >= text_.size() || text_[at_] != '.') return 1;
    ++at_;
    const auto times = number_and_dot();
    if (!times) return std::unexpected(times.error());
    if (*times == 0) return wrong("before it a run of at least 1");
    return *times;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string print_choices(const Schedule& schedule) {
  StringSink sink;
  say_choices(schedule, sink);
  return std::move(sink.text);
}

void say_choices(const Schedule& schedule, TextSink& say) noexcept {
  for (std::size_t i = 0; i < schedule.size();) {
    std::size_t end = i;
    while (end < schedule.size() && is_same_symbol(schedule[i], schedule[end]))
      ++end;
    const std::size_t times = end - i;
    const bool is_run = times >= run_min;
    for (std::size_t k = 0; k < (is_run ? 1 : times); ++k)
      say_choice(schedule[i], say);
    if (is_run) {
      say(".");
      say_number_and_dot(times, say);
    }
    i = end;
  }
}

std::expected<Schedule, std::string> parse_choices(std::string_view text) {
  return TokenReader(text).read();
}

std::uint32_t fingerprint(const Schedule& schedule) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](std::uint64_t value) {
    hash ^= value;
    hash *= 0x9e3779b97f4a7c15U;
    hash ^= hash >> 29U;
  };
  for (const Choice& choice : schedule) {
    mix((std::uint64_t{choice.options} << 32U) | (std::uint64_t{choice.chosen} << 8U) |
        static_cast<std::uint64_t>(choice.kind));
  }
  mix(schedule.size());
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

std::string_view to_string(ChoiceKind kind) noexcept {
  switch (kind) {
    case ChoiceKind::task:
      return "task";
    case ChoiceKind::waiter:
      return "waiter";
    case ChoiceKind::cas:
      return "cas";
    case ChoiceKind::fault:
      return "fault";
    case ChoiceKind::number:
      return "number";
  }
  return "unknown";
}

}  // namespace poolproof::sim
