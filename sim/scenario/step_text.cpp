#include <poolproof/sim/scenario/step_text.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <vector>

namespace poolproof::sim {
namespace {

enum class Arguments {
  none,
  timeout_or_none,
  timeout,
  sizes,
  leftover,
  number_or_none,
  transaction
};

struct StepForm {
  Step::Kind kind{};
  std::string_view name;
  Arguments arguments = Arguments::none;
};

using Kind = Step::Kind;

/// In order of Step::Kind.
constexpr std::array forms{
    StepForm{Kind::acquire, "acquire", Arguments::timeout_or_none},
    StepForm{Kind::try_acquire, "try_acquire"},
    StepForm{Kind::execute, "execute"},
    StepForm{Kind::invalidate, "invalidate"},
    StepForm{Kind::release, "release"},
    StepForm{Kind::release_again, "release_again"},
    StepForm{Kind::use_ended, "use_ended"},
    StepForm{Kind::sleep, "sleep", Arguments::timeout},
    StepForm{Kind::ensure_min_size, "ensure_min_size"},
    StepForm{Kind::health_check, "health_check"},
    StepForm{Kind::metrics, "metrics"},
    StepForm{Kind::resize, "resize", Arguments::sizes},
    StepForm{Kind::evict_all, "evict_all"},
    StepForm{Kind::close, "close"},
    StepForm{Kind::drain, "drain", Arguments::timeout},
    StepForm{Kind::destroy, "destroy"},
    StepForm{Kind::leave, "leave", Arguments::leftover},
    StepForm{Kind::move, "move"},
    StepForm{Kind::cancel, "cancel", Arguments::number_or_none},
    StepForm{Kind::transact, "transact", Arguments::transaction},
};

/// In order of Program.
constexpr std::array<std::string_view, 10> programs{"transfer", "add",   "nested", "savepoint",
                                                    "ignores",  "fails", "throws", "slow",
                                                    "reads",    "does"};
static_assert(programs.size() == static_cast<std::size_t>(programs_last) + 1);

using Words = std::vector<std::string_view>;

Words split(std::string_view text) {
  Words words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return words;
    const std::string_view word = text.substr(0, text.find(' '));
    words.push_back(word);
    text.remove_prefix(word.size());
  }
}

std::string known_names() {
  std::string names;
  for (const StepForm& form : forms) {
    if (!names.empty()) names += ", ";
    names += form.name;
  }
  return names;
}

std::unexpected<std::string> refuse(std::string_view name, std::string_view rule) {
  return std::unexpected(std::string(name) + " " + std::string(rule));
}

std::expected<Step, std::string> with_timeout(Step step, std::string_view word) {
  const auto duration = mocks::parse_duration(word);
  if (!duration) return std::unexpected(duration.error());
  if (step.kind == Kind::sleep && *duration == Duration::max()) {
    return refuse("sleep", "must come to an end");
  }
  step.has_duration =
      step.kind == Kind::acquire || step.kind == Kind::transact || step.kind == Kind::leave;
  step.duration = *duration;
  return step;
}

std::expected<std::uint32_t, std::string> parse_size(std::string_view word) {
  std::uint32_t size = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, size);
  if (error != std::errc{} || stop != end || size > PoolConfig::max_size_limit) {
    return refuse("resize", "takes sizes from 0 to " + std::to_string(PoolConfig::max_size_limit));
  }
  return size;
}

std::expected<Step, std::string> with_sizes(Step step, std::string_view min,
                                            std::string_view max) {
  const auto min_size = parse_size(min);
  if (!min_size) return std::unexpected(min_size.error());
  const auto max_size = parse_size(max);
  if (!max_size) return std::unexpected(max_size.error());
  if (*max_size == 0) return refuse("resize", "needs a max_size of at least 1");
  if (*min_size > *max_size)
    return refuse("resize", "needs a min_size that does not exceed max_size");
  step.min_size = *min_size;
  step.max_size = *max_size;
  return step;
}

std::expected<Step, std::string> with_number(Step step, std::string_view word) {
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, step.which);
  if (error != std::errc{} || stop != end || step.which == 0 || step.which > Scenario::tasks_max) {
    return refuse("cancel", "takes a number from 1 to " + std::to_string(Scenario::tasks_max));
  }
  return step;
}

std::expected<std::uint32_t, std::string> parse_account(std::string_view word) {
  const bool is_account =
      word.size() == 1 && word[0] >= '1' && word[0] <= '0' + char{accounts_max};
  if (!is_account) return refuse("transact", "takes accounts from 1 to 9");
  return static_cast<std::uint32_t>(word[0] - '0');
}

std::expected<Step, std::string> with_transaction(Step step, Words words) {
  if (words.size() > 2 && words[1] == programs.back()) {
    const auto work = TransactionWork::parse(words[2]);
    if (!work) return refuse("transact", "does a work that " + work.error());
    step.work = *work;
    words.erase(words.begin() + 2);
  }
  const auto* const program =
      words.size() < 2 ? programs.end() : std::ranges::find(programs, words[1]);
  if (program == programs.end() || words.size() < 4 || words.size() > 5) {
    std::string rule = "takes a program, two accounts and at most one duration; programs are";
    for (const std::string_view one : programs)
      rule.append(" ").append(one);
    return refuse("transact", rule);
  }
  step.program = static_cast<Program>(program - programs.begin());
  const auto from = parse_account(words[2]);
  if (!from) return std::unexpected(from.error());
  const auto to = parse_account(words[3]);
  if (!to) return std::unexpected(to.error());
  if (*from == *to) return refuse("transact", "takes two accounts that differ");
  step.from = *from;
  step.to = *to;
  return words.size() == 4 ? step : with_timeout(step, words[4]);
}

std::expected<Step, std::string> with_leftover(Step step, const Words& words) {
  using mocks::Leftover;
  constexpr std::array all{Leftover::setting, Leftover::transaction, Leftover::statement,
                           Leftover::deadline};
  const std::string_view word = words.size() < 2 ? "" : words[1];
  const auto* const what =
      std::ranges::find(all, word, [](Leftover one) { return mocks::to_string(one); });
  const bool has_time = what != all.end() && *what == Leftover::deadline;
  if (what == all.end() || words.size() != (has_time ? 3U : 2U)) {
    return refuse("leave", "takes setting, transaction or statement, or deadline and a duration");
  }
  step.leftover = *what;
  return has_time ? with_timeout(step, words[2]) : step;
}

std::expected<Step, std::string> with_arguments(const StepForm& form, const Words& words) {
  const Step step{.kind = form.kind};
  const std::size_t given = words.size() - 1;
  switch (form.arguments) {
    case Arguments::none:
      if (given != 0) return refuse(form.name, "takes no argument");
      return step;
    case Arguments::timeout_or_none:
      if (given > 1) return refuse(form.name, "takes at most one duration");
      return given == 0 ? step : with_timeout(step, words[1]);
    case Arguments::timeout:
      if (given != 1) return refuse(form.name, "takes one duration");
      return with_timeout(step, words[1]);
    case Arguments::sizes:
      if (given != 2) return refuse(form.name, "takes two sizes, min_size and max_size");
      return with_sizes(step, words[1], words[2]);
    case Arguments::leftover:
      return with_leftover(step, words);
    case Arguments::number_or_none:
      if (given > 1) return refuse(form.name, "takes at most one number");
      return given == 0 ? step : with_number(step, words[1]);
    case Arguments::transaction:
      return with_transaction(step, words);
  }
  return step;
}

}  // namespace

std::expected<Step, std::string> parse_step(std::string_view text) {
  const Words words = split(text);
  if (words.empty()) return std::unexpected("a step is one of " + known_names());
  const auto* const form = std::ranges::find(forms, words.front(), &StepForm::name);
  if (form == forms.end()) return std::unexpected("a step is one of " + known_names());
  return with_arguments(*form, words);
}

std::string_view to_string(Step::Kind kind) noexcept {
  return forms[static_cast<std::size_t>(kind)].name;
}

std::string to_string(const Step& step) {
  std::string text(to_string(step.kind));
  if (step.kind == Kind::transact) {
    text.append(" ").append(programs[static_cast<std::size_t>(step.program)]);
    if (step.program == Program::does) text.append(" ").append(step.work.letters());
    text += " " + std::to_string(step.from) + " " + std::to_string(step.to);
  }
  if (step.kind == Kind::leave) text.append(" ").append(mocks::to_string(step.leftover));
  if (step.has_duration || step.kind == Kind::sleep || step.kind == Kind::drain) {
    text += " " +
            (step.duration == Duration::max() ? "forever" : mocks::print_duration(step.duration));
  }
  if (step.kind == Kind::cancel && step.which != 1) text += " " + std::to_string(step.which);
  if (step.kind == Kind::resize) {
    text += " " + std::to_string(step.min_size) + " " + std::to_string(step.max_size);
  }
  return text;
}

}  // namespace poolproof::sim
