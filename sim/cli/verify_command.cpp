#include <algorithm>

#include <fmt/format.h>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/json_report.h>
#include <poolproof/sim/report/trace.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t history_bytes_max = std::size_t{4} << 30U;

template <class T>
void replace(T& value, const std::optional<T>& by) {
  if (by) value = *by;
}

/// What the command line says counts, not what the file says.
std::expected<void, std::string> override_header(History& history, const VerifyOptions& options) {
  replace(history.config.max_size, options.max_size);
  replace(history.config.min_size, options.min_size);
  replace(history.config.idle_timeout, options.idle_timeout);
  replace(history.config.max_lifetime, options.max_lifetime);
  replace(history.config.validate_after_idle, options.validate_after_idle);
  replace(history.capabilities.order, options.order);
  for (const std::string& name : options.declined) {
    const auto word = std::ranges::find(capability_words, name, &CapabilityWord::name);
    ensure(word != capability_words.end());
    history.capabilities.*word->promised = false;
  }
  for (const ConfigProblem& problem : history.config.validate()) {
    if (problem.severity == ConfigProblem::Severity::error) {
      return std::unexpected(problem.message());
    }
  }
  return {};
}

std::expected<History, std::string> read_history(const VerifyOptions& options) {
  const auto text = read_text_file(options.history_file, history_bytes_max);
  if (!text) return std::unexpected(text.error());
  auto history = parse_history(*text);
  if (!history) return std::unexpected(options.history_file + ": " + history.error());
  if (const auto fits = override_header(*history, options); !fits) {
    return std::unexpected(fits.error());
  }
  return history;
}

void say(const History& history, const std::vector<Violation>& violations, LawSet unknown,
         std::ostream& out) {
  out << fmt::format("{}\n\n", number_of(history.events.size(), "event"));
  if (!violations.empty()) out << violations_text(violations, "") << "\n";
  out << law_table("Laws", law_verdicts(history, violations, unknown))
      << "\nWhat this does not prove: anything about histories other than this one.\n";
}

}  // namespace

ExitCode run_verify(const VerifyOptions& options, Console& console) {
  const auto history = read_history(options);
  if (!history) return refuse(console, history.error());
  HistoryIndex index;
  std::vector<Violation> violations;
  const LawSet unknown = judge(*history, index, violations);
  if (options.json) {
    console.out << judged_json({.subject = "",
                                .scenario = "",
                                .token = "",
                                .explanation = "",
                                .history = *history,
                                .violations = violations,
                                .unknown = unknown});
  } else {
    say(*history, violations, unknown, console.out);
  }
  return violations.empty() ? ExitCode::held : ExitCode::broken;
}

}  // namespace poolproof::sim
