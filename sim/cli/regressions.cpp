#include <poolproof/sim/cli/regressions.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/cli/watchdog.h>
#include <poolproof/sim/explore/search.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

namespace fs = std::filesystem;
using Status = ScenarioReport::Status;

/// For a scenario whose stored schedule no longer fits.
constexpr std::uint64_t schedules_instead = 1'000;
constexpr std::string_view token_ending = ".token";

/// In order of their names.
std::vector<fs::path> token_files(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == token_ending) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::expected<Token, std::string> stored_token(const fs::path& file) {
  auto text = read_text_file(file, token_bytes_max);
  if (!text) return std::unexpected("--regressions: " + text.error());
  auto token = parse_token(std::string_view(*text).substr(0, text->find_first_of("\r\n")));
  if (!token)
    return std::unexpected(fmt::format("--regressions: {}: {}", file.string(), token.error()));
  return token;
}

ReplayResult replay_stored(const CheckPlan& plan, const Token& token, const fs::path& file) {
  const CrashStack crash_stack;
  const CrashReport crash_report(
      {.place = fmt::format("subject {}, the regression {}", token.subject, file.string()),
       .command = fmt::format("{} replay {}", program_name(), shell_word(file.string())),
       .is_numbered = false});
  const Watchdog watchdog(CheckOptions::patience_default);
  note_execution(0);
  return replay(*plan.subject, token.scenario, token.schedule);
}

FailureReport failure_of(const Token& token, ReplayResult replayed) {
  Failure& execution = replayed.execution;
  return {.execution = 0,
          .scenario = token.scenario,
          .token = print_token(token.subject, token.scenario, execution.schedule),
          .explanation = std::move(execution.result.explanation),
          .violations = std::move(execution.violations),
          .history = std::move(execution.history),
          .clients = std::move(replayed.clients),
          .shrunk = std::nullopt};
}

/// "timeout-races-hand-off.1a2b3c4d", of a file that this program has named.
std::string name_of(const fs::path& file, const std::string& subject) {
  std::string name = file.stem().string();
  if (name.starts_with(subject + ".")) name.erase(0, subject.size() + 1);
  return name;
}

ScenarioReport begin_report(const Token& token, const fs::path& file) {
  ScenarioReport report;
  report.scenario = token.scenario;
  report.scenario.name = name_of(file, token.subject);
  report.asked_for = file.string();
  return report;
}

std::expected<ScenarioReport, std::string> run_one(const CheckPlan& plan, const Token& token,
                                                   const fs::path& file, std::string& notes) {
  ScenarioReport report = begin_report(token, file);
  ReplayResult replayed = replay_stored(plan, token, file);
  if (!replayed.execution.mistake.empty()) {
    return std::unexpected(fmt::format("--regressions: {}: adapter: subject {}: {}", file.string(),
                                       token.subject, replayed.execution.mistake));
  }
  const bool is_broken = !replayed.execution.violations.empty();
  const bool is_another = fingerprint(replayed.execution.schedule) != token.fingerprint;
  if (!replayed.refusal.empty() || (is_another && !is_broken)) {
    notes += fmt::format("{}: its schedule no longer fits {}; its scenario is searched instead\n",
                         file.string(), token.subject);
    report.planned = schedules_instead;
    return report;
  }
  report.schedules = report.interleavings = 1;
  report.status = Status::held;
  if (!is_broken) return report;
  report.status = Status::broken;
  report.failure = failure_of(token, std::move(replayed));
  return report;
}

}  // namespace

std::expected<void, std::string> run_regressions(CheckPlan& plan, const std::string& folder,
                                                 std::string& notes) {
  if (folder.empty()) return {};
  if (!plan.report.virtual_time || plan.strategy->make == nullptr) {
    return std::unexpected(
        "--regressions: goes with simulated threads and a strategy that goes by chance");
  }
  std::vector<ScenarioReport> reports;
  for (const fs::path& file : token_files(folder)) {
    const auto token = stored_token(file);
    if (!token) return std::unexpected(token.error());
    if (token->subject != plan.report.subject) continue;
    auto report = run_one(plan, *token, file, notes);
    if (!report) return std::unexpected(report.error());
    reports.push_back(*std::move(report));
  }
  auto& scenarios = plan.report.scenarios;
  scenarios.insert(scenarios.begin(), std::make_move_iterator(reports.begin()),
                   std::make_move_iterator(reports.end()));
  return {};
}

std::expected<void, std::string> keep_regressions(const CheckReport& report,
                                                  const std::string& folder) {
  if (folder.empty()) return {};
  for (const ScenarioReport& scenario : report.scenarios) {
    if (!scenario.failure || scenario.failure->token.empty()) continue;
    if (scenario.asked_for.ends_with(token_ending)) continue;  // It is from there.
    const FailureReport& failure = *scenario.failure;
    const std::string checksum = failure.token.substr(failure.token.size() - 8);
    const fs::path file =
        fs::path(folder) /
        fmt::format("{}.{}.{}{}", report.subject, scenario.scenario.name, checksum, token_ending);
    if (fs::exists(file)) continue;
    const auto written = write_text_file(file, failure.token + "\n");
    if (!written) return std::unexpected("--regressions: " + written.error());
  }
  return {};
}

}  // namespace poolproof::sim
