#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/choice.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/failure_folder.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/cli/watchdog.h>
#include <poolproof/sim/explore/search.h>
#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/json_report.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/report/trace.h>

namespace poolproof::sim {
namespace {

std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::expected<Token, std::string> read_token(const std::string& token_or_file) {
  if (token_or_file.starts_with(token_begin)) return parse_token(token_or_file);
  const auto text = read_text_file(token_or_file, token_bytes_max);
  if (!text) {
    return std::unexpected(
        fmt::format("{}; and it is no token, which begins with \"pp1:\"", text.error()));
  }
  auto token = parse_token(first_line(*text));
  if (!token) return std::unexpected(fmt::format("{}: {}", token_or_file, token.error()));
  return token;
}

/// Runs it, and makes sure that it was the same execution.
std::expected<ReplayResult, std::string> replay_token(const SubjectEntry& subject,
                                                      const Token& token, StepLog* log) {
  if (!subject.simulated) {
    return std::unexpected(fmt::format(
        "subject \"{}\": runs on real threads only, where nothing can be replayed", subject.name));
  }
  ReplayResult replayed = replay(subject, token.scenario, token.schedule, log);
  if (!replayed.refusal.empty()) {
    return std::unexpected(
        fmt::format("the schedule no longer fits {}: {}", subject.name, replayed.refusal));
  }
  if (!replayed.execution.mistake.empty()) {
    return std::unexpected(
        fmt::format("adapter: subject {}: {}", subject.name, replayed.execution.mistake));
  }
  const std::uint32_t found = fingerprint(replayed.execution.schedule);
  if (found != token.fingerprint) {
    return std::unexpected(
        fmt::format("the schedule no longer fits {}: its fingerprint is "
                    "\"{:08x}\", the token's is \"{:08x}\"",
                    subject.name, found, token.fingerprint));
  }
  return replayed;
}

void say(const Token& token, const ReplayResult& replayed, Console& console) {
  std::ostream& out = console.out;
  const Failure& execution = replayed.execution;
  out << fmt::format("Replaying {}: scenario {}, {} choices, {} steps\n\n", token.subject,
                     token.scenario.name, token.schedule.size(), execution.result.steps);
  out << violations_text(execution.violations, execution.result.explanation, console.width);
  if (execution.violations.empty()) {
    out << (execution.unknown.empty() ? "All laws held.\n"
                                      : "No law was seen broken; judging all would have been too "
                                        "much work.\n");
  }
  out << "\n"
      << print_trace({.scenario = token.scenario,
                      .history = execution.history,
                      .clients = replayed.clients,
                      .violations = execution.violations,
                      .width = console.width});
}

void say_steps(const Token& token, const ReplayResult& replayed, const StepLog& log,
               std::ostream& out) {
  SourceLines sources;
  out << "\n" << print_steps(log.steps(), task_names(token.scenario, replayed.clients), sources);
}

std::string to_json(const Token& token, const ReplayResult& replayed) {
  const Failure& execution = replayed.execution;
  return judged_json({.subject = token.subject,
                      .scenario = token.scenario.name,
                      .token = print_token(token.subject, token.scenario, execution.schedule),
                      .explanation = execution.result.explanation,
                      .history = execution.history,
                      .violations = execution.violations,
                      .unknown = execution.unknown});
}

FailureReport report_on(const Token& token, const ReplayResult& replayed) {
  const Failure& execution = replayed.execution;
  return {.execution = 0,
          .scenario = token.scenario,
          .token = print_token(token.subject, token.scenario, execution.schedule),
          .explanation = execution.result.explanation,
          .violations = execution.violations,
          .history = execution.history,
          .clients = replayed.clients,
          .shrunk = std::nullopt};
}

/// Whether a debugger holds this process: without one, a stop would be its end.
bool is_debugged() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("TracerPid:")) return line.find_first_of("123456789") != line.npos;
  }
  return false;
}

std::expected<void, std::string> write_files(const ReplayOptions& options, const Token& token,
                                             const ReplayResult& replayed, const StepLog& log) {
  if (!options.history_file.empty()) {
    const auto written = write_text_file(options.history_file, print(replayed.execution.history));
    if (!written) return std::unexpected("--history: " + written.error());
  }
  if (options.report_folder.empty()) return {};
  const auto written =
      write_failure(options.report_folder, token.subject, report_on(token, replayed), log);
  if (!written) return std::unexpected("--report: " + written.error());
  return {};
}

}  // namespace

ExitCode run_replay(std::span<const SubjectEntry> subjects, const ReplayOptions& options,
                    Console& console) {
  const auto token = read_token(options.token_or_file);
  if (!token) return refuse(console, token.error());
  const auto subject = choose_subject(subjects, token->subject);
  if (!subject) return refuse(console, subject.error());
  if (options.break_at != 0 && !is_debugged()) {
    return refuse(console, fmt::format("--break-at {}: stops in a debugger, and none is attached; "
                                       "begin the same command with gdb --args",
                                       options.break_at));
  }
  StepLog log(options.break_at);
  const bool needs_steps =
      options.with_steps || options.break_at != 0 || !options.report_folder.empty();
  const auto replayed = [&] {
    const CrashStack crash_stack;
    const CrashReport crash_report(
        {.place = fmt::format("subject {}, scenario {}, a replay", token->subject,
                              token->scenario.name),
         .command = fmt::format("{} replay {}", program_name(), options.token_or_file),
         .is_numbered = false});
    const Watchdog watchdog(options.break_at == 0 ? CheckOptions::patience_default
                                                  : Duration::zero());
    note_execution(0);
    return replay_token(**subject, *token, needs_steps ? &log : nullptr);
  }();
  if (!replayed) return refuse(console, replayed.error());
  if (options.break_at > log.steps().size()) {
    return refuse(console, fmt::format("--break-at {}: must be from 1 to {}, the last step",
                                       options.break_at, log.steps().size()));
  }
  const auto written = write_files(options, *token, *replayed, log);
  if (!written) return refuse(console, written.error());
  if (options.json) {
    console.out << to_json(*token, *replayed);
  } else {
    say(*token, *replayed, console);
    if (options.with_steps) say_steps(*token, *replayed, log, console.out);
  }
  return replayed->execution.violations.empty() ? ExitCode::held : ExitCode::broken;
}

}  // namespace poolproof::sim
