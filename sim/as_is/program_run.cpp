#include <poolproof/sim/as_is/program_entry.h>

#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ext/stdio_filebuf.h>
#include <iostream>
#include <thread>

#include <fmt/format.h>

#include <poolproof/sim/as_is/escapes.h>
#include <poolproof/sim/as_is/modules.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/as_is/watchdog.h>
#include <poolproof/sim/cli/check_plan.h>
#include <poolproof/sim/cli/failure_folder.h>
#include <poolproof/sim/cli/interrupt.h>
#include <poolproof/sim/cli/program_command.h>
#include <poolproof/sim/cli/scenario_search.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/json_report.h>
#include <poolproof/sim/report/trace.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim::as_is {
namespace {

constexpr std::size_t steps_shown = 40;
constexpr std::size_t output_bytes_shown = 4'000;

/// What the program prints, kept apart from what is said of it: of one execution at a time.
class CapturedOutput {
 public:
  CapturedOutput() : out_(::dup(STDOUT_FILENO)), err_(::dup(STDERR_FILENO)) {
    memory_ = ::memfd_create("output", MFD_CLOEXEC);
    capture();
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;
  ~CapturedOutput() {
    ::dup2(out_, STDOUT_FILENO);
    ::dup2(err_, STDERR_FILENO);
    for (const int descriptor : {out_, err_, memory_})
      ::close(descriptor);
  }

  /// In a process that was forked: what it prints is its own.
  void enter_process() const {
    const int own = ::memfd_create("output", MFD_CLOEXEC);
    ::dup3(own, memory_, O_CLOEXEC);
    ::close(own);
    capture();
  }
  /// An execution begins: nothing of an earlier one is left, in the C library's buffers neither.
  void clear() const {
    ::__fpurge(stdout);
    if (::lseek(memory_, 0, SEEK_CUR) == 0) return;
    static_cast<void>(::ftruncate(memory_, 0));
    ::lseek(memory_, 0, SEEK_SET);
  }
  [[nodiscard]] std::string text() const {
    std::fflush(stdout);
    const off_t size = ::lseek(memory_, 0, SEEK_END);
    std::string all(static_cast<std::size_t>(std::max<off_t>(size, 0)), '\0');
    const ssize_t read = ::pread(memory_, all.data(), all.size(), 0);
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
    return all;
  }
  [[nodiscard]] int out() const noexcept { return out_; }
  [[nodiscard]] int err() const noexcept { return err_; }

 private:
  void capture() const {
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
      ::dup2(memory_, descriptor);
  }

  int out_;
  int err_;
  int memory_;
};

/// A program has no pool, and none of its promises.
Capabilities no_promises() {
  Capabilities none;
  none.exception_safe = false;
  none.why = "a program as it is promises to end, and to end well";
  return none;
}

Scenario scenario_of(const ProgramOptions& options) {
  Scenario scenario;
  scenario.name = "program";
  scenario.about = "a program as it is";
  scenario.clients = {{.name = "main", .steps = {{.kind = Step::Kind::execute}}}};
  scenario.time = options.is_patient ? TimeMode::patient : TimeMode::racing;
  scenario.spurious_wakeups = options.spurious_wakeups;
  scenario.steps_max = options.steps_max;
  return scenario;
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

/// The last of many.
std::string tail(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const std::size_t line = text.find('\n', text.size() - bytes);
  return "...\n" + text.substr(line == std::string::npos ? text.size() - bytes : line + 1);
}

class ProgramRun {
 public:
  ProgramRun(const ProgramOptions& options, ProgramUnderTest program, const CapturedOutput& output,
             Console& console)
      : options_(options), program_(std::move(program)), output_(output), console_(console) {
    subject_.name = program_name(program_.path);
    subject_.capabilities = no_promises();
    subject_.is_as_is = true;
    subject_.simulated = [](const Environment<SimPlatform>&) { return nullptr; };
    subject_.program = [this] {
      output_.clear();
      program_.body();
    };
    subject_.enter_process = [this] { output_.enter_process(); };
  }

  ExitCode run() {
    if (const auto refused = refuse_escapes()) return *refused;
    return options_.token.empty() ? search() : replay_token();
  }

 private:
  std::optional<ExitCode> refuse_escapes() {
    for (const Escape& escape : find_escapes(loaded_modules())) {
      if (!escape.is_harmless) return refuse(console_, escape.sentence());
      warnings_.push_back(escape.sentence());
    }
    return {};
  }

  ExitCode search() {
    CheckPlan plan = plan_of();
    SearchProgress progress;
    Interrupt interrupt;
    interrupt.watch(progress);
    ScenarioReport& report = plan.report.scenarios.front();
    const ScenarioSearch found =
        search_scenario(plan, report,
                        {.time = options_.check.time.value_or(Duration::max()),
                         .shrink_budget = options_.check.shrink_budget},
                        progress, console_.clock);
    if (!found.trouble.empty()) return refuse(console_, found.trouble);
    if (options_.check.json) {
      console_.out << check_json(plan.report);
    } else {
      say_how_much(report);
      report.failure ? say_failure(*report.failure) : say_what_held(report);
    }
    if (report.failure && !options_.check.report_folder.empty()) {
      const auto written = write_failure(options_.check.report_folder, subject_.name,
                                         *report.failure, steps_of(subject_, *report.failure));
      if (!written) return refuse(console_, "--report: " + written.error());
    }
    if (report.failure) return ExitCode::broken;
    return report.status == ScenarioReport::Status::ended_early ? ExitCode::ended_early
                                                                : ExitCode::held;
  }

  CheckPlan plan_of() const {
    const CheckOptions& check = options_.check;
    ScenarioReport report;
    report.scenario = scenario_of(options_);
    report.asked_for = report.scenario.name;
    report.next = check.first;
    report.planned = check.schedules.value_or(check.time ? 0 : CheckOptions::schedules_default);
    CheckPlan plan;
    plan.subject = &subject_;
    plan.strategy = find_strategy(check.strategy);
    plan.strategy_options = check.strategy_options;
    plan.jobs = jobs_of(subject_, check, std::thread::hardware_concurrency());
    plan.exploration = {.reduces = !check.no_reduction, .preemptions = check.preemptions};
    plan.resume_file = check.resume_file;
    plan.report.subject = subject_.name;
    plan.report.capabilities = subject_.capabilities;
    plan.report.strategy = check.strategy;
    plan.report.seed = check.seed;
    if (plan.strategy->make == nullptr && !check.schedules) report.planned = 0;
    plan.report.scenarios.push_back(std::move(report));
    return plan;
  }

  void say_how_much(const ScenarioReport& report) {
    console_.out << fmt::format("{}: {}, {}, {}, {}\n", subject_.name,
                                number_of(report.schedules, "schedule"),
                                number_of(report.interleavings, "interleaving"),
                                rate(report.schedules, report.elapsed), how_it_went(report));
  }

  static std::string how_it_went(const ScenarioReport& report) {
    if (report.failure)
      return report.exhaustive ? "BROKEN"
                               : fmt::format("BROKEN in execution {}", report.failure->execution);
    if (report.exhaustive) return exhaustive_words(report);
    return report.status == ScenarioReport::Status::ended_early ? "held so far" : "held";
  }

  void say_failure(const FailureReport& failure) {
    console_.out << "\n" << failure.explanation << "\n\n";
    say_steps(steps_of(subject_, failure));
    if (failure.shrunk) {
      console_.out << fmt::format("shrunk from {} to {}\nfound with: {}\n",
                                  number_of(failure.shrunk->before.preemptions, "preemption"),
                                  number_of(failure.shrunk->after.preemptions, "preemption"),
                                  command_for(failure));
    }
    console_.out << "replay with: poolproof run --replay " << failure.token << " -- "
                 << shell_words(program_.command) << "\n";
  }

  /// Of the options, what the command that finds a failure again says itself, or needs not.
  static bool is_left_out(std::string_view option) {
    return option == "--first" || option == "--schedules" || option == "--time" ||
           option == "--jobs";
  }

  std::string command_for(const FailureReport& failure) const {
    std::string words;
    for (std::size_t i = 0; i < options_.words.size(); ++i) {
      const std::string& word = options_.words[i];
      const bool has_value = is_left_out(word);
      if (has_value) ++i;
      if (!has_value && !is_left_out(word.substr(0, word.find('='))))
        words += " " + shell_word(word);
    }
    return fmt::format("poolproof run{} --first {} --schedules 1 --no-shrink -- {}", words,
                       failure.execution, shell_words(program_.command));
  }

  // The last execution is the one that is shown: its output is what was captured last.
  void say_steps(const StepLog& log) {
    const std::string output = output_.text();
    SourceLines sources;
    const std::array<std::string, 1> names{"main"};
    const auto& steps = log.steps();
    const bool are_all = options_.with_steps || steps.size() <= steps_shown;
    const std::size_t first = are_all ? 0 : steps.size() - steps_shown;
    console_.out << (are_all ? "Its steps\n"
                             : fmt::format("Its last {} steps of {}\n", steps_shown, steps.size()))
                 << print_steps(steps, names, sources, first) << "\n";
    if (!last_stack().empty()) {
      console_.out << "Where its task was\n";
      std::vector<std::uintptr_t> addresses;
      for (void* address : last_stack())
        addresses.push_back(reinterpret_cast<std::uintptr_t>(address));
      for (const SourceLine& line : sources.callers(addresses))
        console_.out << "  " << line.function << "  " << to_string(line) << "\n";
      console_.out << "\n";
    }
    if (!output.empty())
      console_.out << "What it printed\n" << tail(output, output_bytes_shown) << "\n";
  }

  void say_what_held(const ScenarioReport& report) {
    const bool is_exhaustive = report.exhaustive.has_value();
    console_.out << "\nNo deadlock, livelock, crash, failed assertion or exit code other than 0.\n"
                 << "\nWhat this does not prove\n"
                 << (is_exhaustive ? "" : "  - Other schedules than those that were tried.\n")
                 << "  - Atomics: between two calls of the C library a thread's atomic operations "
                    "ran as one\n"
                    "    block, unless the program was built with poolproof_instrument().\n"
                 << "  - Memory order: every schedule was sequentially consistent.\n"
                 << "  - Files, sockets and other processes are as the program left them.\n";
    for (const std::string& warning : warnings_)
      console_.out << "  - " << warning << ".\n";
  }

  ExitCode replay_token() {
    const auto token = parse_token(options_.token);
    if (!token) return refuse(console_, token.error());
    if (token->subject != subject_.name) {
      return refuse(console_,
                    fmt::format("token: subject \"{}\": a schedule belongs to one binary, "
                                "and this one is \"{}\"",
                                token->subject, subject_.name));
    }
    StepLog log(options_.break_at);
    const ReplayResult replayed = replay(subject_, token->scenario, token->schedule, &log);
    if (!replayed.refusal.empty())
      return refuse(console_, fmt::format("the schedule no longer fits {}: {}", subject_.name,
                                          replayed.refusal));
    if (fingerprint(replayed.execution.schedule) != token->fingerprint)
      return refuse(
          console_,
          fmt::format("the schedule no longer fits {}: its fingerprint differs", subject_.name));
    const Failure& execution = replayed.execution;
    console_.out << fmt::format("Replaying {}: {} choices, {} steps\n\n", subject_.name,
                                token->schedule.size(), execution.result.steps);
    const bool is_broken = !execution.violations.empty();
    console_.out << (is_broken ? execution.result.explanation : "It ended well.") << "\n\n";
    say_steps(log);
    if (!options_.check.report_folder.empty()) {
      const FailureReport report{.execution = 0,
                                 .scenario = token->scenario,
                                 .token = options_.token,
                                 .explanation = execution.result.explanation,
                                 .violations = execution.violations,
                                 .history = execution.history,
                                 .clients = replayed.clients,
                                 .shrunk = std::nullopt};
      const auto written = write_failure(options_.check.report_folder, subject_.name, report, log);
      if (!written) return refuse(console_, "--report: " + written.error());
    }
    return is_broken ? ExitCode::broken : ExitCode::held;
  }

  const ProgramOptions& options_;
  const ProgramUnderTest program_;
  const CapturedOutput& output_;
  Console& console_;
  SubjectEntry subject_;
  std::vector<std::string> warnings_;
};

/// The words of the command line again, with a program after them.
Command read_words(const std::string& words, Console& console) {
  std::vector<std::string> all{"poolproof", "run"};
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find('\n', at), words.size());
    all.push_back(words.substr(at, end - at));
    at = end + 1;
  }
  all.insert(all.end(), {"--", "program"});
  std::vector<const char*> pointers;
  for (const std::string& word : all)
    pointers.push_back(word.c_str());
  return read_command_line(static_cast<int>(pointers.size()), pointers.data(), console);
}

}  // namespace

ExitCode try_program(const std::string& words, ProgramUnderTest program) {
  const CapturedOutput output;
  __gnu_cxx::stdio_filebuf<char> out_buffer(::dup(output.out()), std::ios::out);
  __gnu_cxx::stdio_filebuf<char> err_buffer(::dup(output.err()), std::ios::out, 1);
  std::ostream out(&out_buffer);
  std::ostream err(&err_buffer);
  const SteadyClock clock;
  Console console{.out = out, .err = err, .clock = clock, .is_terminal = false};
  const Command command = read_words(words, console);
  const auto* options = std::get_if<ProgramOptions>(&command);
  if (options == nullptr) return ExitCode::bad_input;
  if (options->patience) set_patience(*options->patience);
  const ExitCode code = ProgramRun(*options, std::move(program), output, console).run();
  out.flush();
  err.flush();
  return code;
}

std::string program_name(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  std::ranges::replace_if(
      name, [](char c) { return !is_subject_name(std::string_view(&c, 1)); }, '_');
  constexpr std::size_t length_max = 48;
  name.resize(std::min(name.size(), length_max));
  return name + "." + build_id(loaded_modules().front());
}

}  // namespace poolproof::sim::as_is
