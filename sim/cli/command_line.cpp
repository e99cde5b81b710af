#include <poolproof/sim/cli/command_line.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <poolproof/mocks/duration.h>
#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {
namespace {

constexpr std::uint64_t schedules_max = 1'000'000'000'000'000;
constexpr std::uint64_t jobs_max = 256;
constexpr std::uint64_t any_number = ~std::uint64_t{0};

/// One option's text, and where it stood.
struct Word {
  std::string option;
  std::string text;

  [[noreturn]] void refuse(std::string_view rule) const {
    throw CLI::ValidationError(option, fmt::format("{}: {}", mocks::quotation(text), rule));
  }
};

struct Bounds {
  std::uint64_t min = 0;
  std::uint64_t max = any_number;
};

std::uint64_t to_number(const Word& word, std::string_view digits, Bounds bounds) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped_at, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stopped_at != end || value < bounds.min || value > bounds.max) {
    word.refuse(fmt::format("expected a whole number from {} to {}", bounds.min, bounds.max));
  }
  return value;
}

Duration to_duration(const Word& word) {
  const auto duration = mocks::parse_duration(word.text);
  if (!duration) word.refuse("expected a duration, as in 30s, 5min or 250ms");
  return *duration;
}

Order to_order(const Word& word) {
  constexpr std::string_view bounded = "bounded:";
  if (word.text == "fifo") return {};
  if (word.text == "none") return {.kind = Order::Kind::none};
  if (!word.text.starts_with(bounded)) word.refuse("expected fifo, none or bounded:N");
  const auto overtakes = to_number(word, std::string_view(word.text).substr(bounded.size()),
                                   {.max = PoolConfig::max_size_limit});
  return {.kind = Order::Kind::bounded, .overtakes_max = static_cast<std::uint32_t>(overtakes)};
}

/// An option with a value, which `take` reads or refuses.
CLI::Option* add(CLI::App& app, const std::string& option, std::function<void(const Word&)> take,
                 const std::string& help, const std::string& value) {
  return app
      .add_option_function<std::string>(
          option,
          [option, take](const std::string& text) {
            take({option, text});
          },
          help)
      ->type_name(value);
}

void add_list(CLI::App& app, ListOptions& options) {
  app.add_flag("--json", options.json, "Print JSON");
}

void add_bounds(CLI::App& app, CheckOptions& options) {
  CLI::Option* schedules = add(
      app, "--schedules",
      [&](const Word& word) {
        options.schedules = to_number(word, word.text, {1, schedules_max});
      },
      fmt::format(
          "Schedules to try in all, split evenly over the scenarios, at least one for each; "
          "default {}",
          CheckOptions::schedules_default),
      "N");
  add(
      app, "--time", [&](const Word& word) { options.time = to_duration(word); },
      "Time to spend in all, split evenly over the scenarios, instead of --schedules", "DURATION")
      ->excludes(schedules);
  add(
      app, "--seed", [&](const Word& word) { options.seed = to_number(word, word.text, {}); },
      "Where chance begins; default 1", "S");
  add(
      app, "--first",
      [&](const Word& word) {
        options.first = to_number(word, word.text, {0, schedules_max});
      },
      "The number of each scenario's first execution, to go on from an earlier run; default 0",
      "N");
  add(
      app, "--jobs",
      [&](const Word& word) {
        options.jobs = static_cast<unsigned>(to_number(word, word.text, {1, jobs_max}));
      },
      "Threads to search with, processes where code runs as it is, without influence on what is "
      "found; default: one for each core",
      "N");
}

void add_shrinking(CLI::App& app, CheckOptions& options) {
  CLI::Option* budget = add(
      app, "--shrink-budget",
      [&](const Word& word) {
        options.shrink_budget = to_number(word, word.text, {0, schedules_max});
      },
      "Executions to spend on shrinking each failure; default 20000", "N");
  app.add_flag_callback(
         "--no-shrink", [&] { options.shrink_budget = 0; }, "Report the failure as it was found")
      ->excludes(budget);
}

void add_what_to_judge(CLI::App& app, std::string& subject, std::vector<std::string>& scenarios) {
  app.add_option("subject", subject, "The pool to judge; default: the first that list names")
      ->type_name("SUBJECT");
  app.add_option(
         "--scenario", scenarios,
         "A scenario of the library, or a file with one; may be repeated; default: all of the "
         "library, and drawn ones; drawn: these alone")
      ->type_name("NAME|FILE")
      ->expected(1)
      ->take_all();
}

const StrategyEntry& to_strategy(const Word& word) {
  const StrategyEntry* strategy = find_strategy(word.text);
  if (strategy == nullptr) word.refuse("there is no such strategy; poolproof list names them");
  return *strategy;
}

void add_chooser(CLI::App& app, CheckOptions& options) {
  add(
      app, "--strategy", [&](const Word& word) { options.strategy = to_strategy(word).name; },
      "Who chooses: see poolproof list; default random", "NAME");
  add(
      app, "--pct-depth",
      [&](const Word& word) {
        options.strategy_options.pct_depth =
            static_cast<std::uint32_t>(to_number(word, word.text, {1, Pct::depth_limit}));
      },
      fmt::format(
          "For pct: changes of priority in one schedule, and one more, at most; default {}",
          Pct::depth_default),
      "D");
}

void add_check(CLI::App& app, CheckOptions& options) {
  add_what_to_judge(app, options.subject, options.scenarios);
  add_chooser(app, options);
  add_bounds(app, options);
  add(
      app, "--threads",
      [&](const Word& word) {
        if (word.text != "sim" && word.text != "real") word.refuse("expected sim or real");
        options.threads = word.text == "sim" ? ThreadKind::simulated : ThreadKind::real;
      },
      "sim: tasks under a schedule; real: threads of the system; default: sim where the subject "
      "can",
      "KIND");
  app.add_option("--report", options.report_folder,
                 "Write report.json there and, when a law is broken, report.html for a browser, "
                 "trace.json for a trace viewer, failure.token, scenario.toml, history.jsonl and "
                 "trace.txt; with --keep-going these in a folder for each scenario")
      ->type_name("DIR");
  app.add_option("--history", options.history_file,
                 "Write the history of the failure, or of the last execution, as JSON lines")
      ->type_name("FILE");
  app.add_flag("--json", options.json, "Print JSON, when all is done");
  app.add_flag("--keep-going", options.keep_going,
               "Go on with the next scenario after a failure; always so on real threads");
  app.add_flag("--swarm", options.swarm,
               "With each scenario up to 9 variants of it, from which operations and faults are "
               "left out by chance: NAME~1 to NAME~9; --seed draws others");
  add(
      app, "--drawn",
      [&](const Word& word) {
        options.drawn_percent = static_cast<std::uint32_t>(to_number(word, word.text, {0, 100}));
      },
      fmt::format("How many of 100 schedules go to scenarios that are drawn; default {}; "
                  "--scenario drawn-7 runs the seventh alone",
                  CheckOptions::drawn_default),
      "PERCENT");
  app.add_flag(
      "--explore", options.explore,
      "Change drawn scenarios and their schedules where they showed something new, instead "
      "of drawing each anew");
  app.add_flag("--coverage", options.coverage,
               "Say how many interleavings were seen, and what no scenario ever exercised");
  add(
      app, "--watchdog", [&](const Word& word) { options.patience = to_duration(word); },
      "How long a task may run without a scheduling point until that is reported; default 10s; "
      "0s: "
      "for ever",
      "DURATION");
  app.add_option("--from", options.from,
                 "Leave out what comes before this scenario, in the order in which they are "
                 "checked")
      ->type_name("NAME");
  add_shrinking(app, options);
  add_ci_options(app, options.ci);
}

void add_replay(CLI::App& app, ReplayOptions& options) {
  app.add_option("token", options.token_or_file,
                 "A token that check printed, or a file that holds it")
      ->type_name("TOKEN|FILE")
      ->required();
  app.add_flag("--trace", options.with_steps,
               "Show every scheduling step, and the line of source that it is in");
  add(
      app, "--break-at",
      [&](const Word& word) {
        options.break_at = to_number(word, word.text, {1, schedules_max});
      },
      "Stop in the debugger under which this runs, when the task is about to take the step of "
      "that number, as --trace shows it",
      "STEP");
  app.add_option("--report", options.report_folder,
                 "Write the files there that check writes when a law is broken")
      ->type_name("DIR");
  app.add_option("--history", options.history_file, "Write the history as JSON lines")
      ->type_name("FILE");
  app.add_flag("--json", options.json, "Print JSON");
}

void add_knobs(CLI::App& app, VerifyOptions& options) {
  const auto add_size = [&](const char* name, std::optional<std::size_t>& size, std::size_t min) {
    add(
        app, name,
        [&size, min](const Word& word) {
          size = to_number(word, word.text, {min, PoolConfig::max_size_limit});
        },
        "Instead of what the file says", "N");
  };
  const auto add_time = [&](const char* name, std::optional<Duration>& duration) {
    add(
        app, name, [&duration](const Word& word) { duration = to_duration(word); },
        "Instead of what the file says", "DURATION");
  };
  add_size("--max-size", options.max_size, 1);
  add_size("--min-size", options.min_size, 0);
  add_time("--idle-timeout", options.idle_timeout);
  add_time("--max-lifetime", options.max_lifetime);
  add_time("--validate-after-idle", options.validate_after_idle);
}

void add_verify(CLI::App& app, VerifyOptions& options) {
  app.add_option("history", options.history_file,
                 "A history, as docs/history-format.md describes it")
      ->type_name("HISTORY.jsonl")
      ->required();
  add_knobs(app, options);
  add(
      app, "--order", [&](const Word& word) { options.order = to_order(word); },
      "In which order the pool promises to serve those who wait: fifo, none or bounded:N, where "
      "nobody is overtaken more than N times",
      "ORDER");
  add(
      app, "--decline",
      [&](const Word& word) {
        if (std::ranges::find(capability_words, word.text, &CapabilityWord::name) ==
            capability_words.end()) {
          word.refuse("there is no such capability; docs/history-format.md names them");
        }
        options.declined.push_back(word.text);
      },
      "A capability that the pool does not promise; may be repeated", "CAPABILITY")
      ->trigger_on_parse();
  app.add_flag("--json", options.json, "Print JSON");
}

void add_exhaustive(CLI::App& app, CheckOptions& options) {
  add(
      app, "--preemptions",
      [&](const Word& word) {
        options.preemptions = static_cast<std::uint32_t>(to_number(word, word.text, {0, 1'000}));
      },
      "With --strategy exhaustive: only schedules with at most N switches away from a task that "
      "could go on; first all with 0, then with 1, and so on",
      "N");
  app.add_flag("--no-reduction", options.no_reduction,
               "With --strategy exhaustive: every order of independent steps, too");
  app.add_option("--resume", options.resume_file,
                 "Go on with the exhaustive search whose state is in this file, and write there "
                 "how far it has come")
      ->type_name("FILE");
}

void add_detect(CLI::App& app, DetectOptions& options) {
  add_what_to_judge(app, options.subject, options.scenarios);
  add(
      app, "--strategy",
      [&](const Word& word) {
        if (to_strategy(word).make == nullptr) word.refuse("has no seeds to count over");
        options.strategies.push_back(word.text);
      },
      "Who chooses: see poolproof list; may be repeated; default: each in turn", "NAME")
      ->trigger_on_parse();
  const auto add_count = [&](const char* name, std::uint64_t& count, Bounds bounds,
                             const std::string& help) {
    add(
        app, name,
        [&count, bounds](const Word& word) { count = to_number(word, word.text, bounds); }, help,
        "N");
  };
  add_count("--seed", options.seed, {}, "The first seed; default 1");
  add_count("--seeds", options.seeds, {1, 1000},
            "How many seeds, one after the other; default 20");
  add_count("--schedules", options.schedules, {1, schedules_max},
            "Schedules to try for each seed, to each scenario in turn; default 100000");
  add_count("--give-up", options.give_up, {},
            "Go on to the next strategy after so many seeds that found nothing; default 0: never");
  app.add_flag("--json", options.json, "Print JSON, when all is done");
}

void add_bench(CLI::App& app, BenchOptions& options) {
  app.add_option("subjects", options.subjects,
                 "The pools to measure in turn, beside floors; default: the first")
      ->type_name("SUBJECT");
  add(
      app, "--size",
      [&](const Word& word) {
        options.size = static_cast<std::size_t>(to_number(word, word.text, {1, 256}));
      },
      "Connections of each pool; up to four times as many threads use it; default 8", "N");
  add(
      app, "--rounds",
      [&](const Word& word) {
        options.rounds = to_number(word, word.text, {1, 1'000});
      },
      "How often each case is measured; default 7", "N");
  add(
      app, "--round",
      [&](const Word& word) {
        options.round = to_duration(word);
        if (options.round < std::chrono::milliseconds(1) ||
            options.round > std::chrono::minutes(1))
          word.refuse("expected a duration from 1ms to 1min");
      },
      "How long each measurement lasts; default 100ms", "DURATION");
  app.add_flag("--json", options.json, "Print JSON, as Google Benchmark does");
}

void add_run(CLI::App& app, ProgramOptions& options) {
  app.add_option("program", options.command, "The program and its arguments, after \"--\"")
      ->type_name("PROGRAM [ARGUMENTS...]")
      ->required();
  add_chooser(app, options.check);
  add_bounds(app, options.check);
  add_exhaustive(app, options.check);
  add_shrinking(app, options.check);
  app.add_flag("--patient", options.is_patient,
               "Time moves on only when no thread can run; else timers may fire at any step");
  add(
      app, "--spurious-wakeups",
      [&](const Word& word) {
        options.spurious_wakeups =
            static_cast<std::uint32_t>(to_number(word, word.text, {0, Scenario::spurious_max}));
      },
      "Waits that end for no reason, at most so many in one execution; default 0", "N");
  add(
      app, "--steps-max",
      [&](const Word& word) {
        options.steps_max = static_cast<std::uint32_t>(
            to_number(word, word.text, {Scenario::steps_bound_min, Scenario::steps_bound_max}));
      },
      "Scheduling points before an execution counts as a livelock; default 100000", "N");
  add(
      app, "--patience", [&](const Word& word) { options.patience = to_duration(word); },
      "How long a thread may run or block in earnest before its execution is given up; default 2s",
      "DURATION");
  app.add_option("--replay", options.token, "The execution of that token again")
      ->type_name("TOKEN");
  app.add_flag("--trace", options.with_steps, "Show every step, not only the last ones");
  add(
      app, "--break-at",
      [&](const Word& word) {
        options.break_at = to_number(word, word.text, {1, schedules_max});
      },
      "With --replay, under a debugger: stop at the step of that number", "STEP");
  app.add_option("--report", options.check.report_folder,
                 "Write the files of a failure there: report.html, trace.json, failure.token")
      ->type_name("DIR");
  app.add_flag("--json", options.check.json, "Print JSON");
}

/// What stands between "run" and "--".
std::vector<std::string> words_of_run(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + std::min(argc, 2), argv + argc);
  const auto end = std::ranges::find(words, "--");
  if (end == words.end())
    throw CLI::ValidationError(
        "run",
        "expected \"--\" before the program, as in: poolproof run --schedules 1000 -- "
        "./program");
  return {words.begin(), end};
}

std::string subcommand_of(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "" : " " + chosen.front()->get_name();
}

/// CLI11's sentences, with the place of the help beside those that do not say what is expected.
std::string sentence_for(const CLI::App& app, const CLI::ParseError& error) {
  std::string sentence = error.what();
  if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return sentence;
  return fmt::format("{}; see {}{} --help", sentence, app.get_name(), subcommand_of(app));
}

/// The sentence about a first word that is no command, where CLI11 speaks of what is missing.
std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::string names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == argv[1]) return "";
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  return fmt::format("no command {}: expected one of {}", mocks::quotation(argv[1]), names);
}

}  // namespace

Command read_command_line(int argc, const char* const* argv, Console& console) {
  CLI::App app("Proves a connection pool right, or shows the schedule that breaks it.",
               "poolproof");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(POOLPROOF_VERSION));
  ListOptions list_options;
  CheckOptions check_options;
  ReplayOptions replay_options;
  VerifyOptions verify_options;
  DetectOptions detect_options;
  const CLI::App* list = app.add_subcommand("list", "Subjects, scenarios, strategies and laws");
  const CLI::App* check = app.add_subcommand("check", "Look for a schedule that breaks a law");
  const CLI::App* replay = app.add_subcommand("replay", "The same failure again, with its trace");
  const CLI::App* verify = app.add_subcommand("verify", "Judge a recorded history");
  ProgramOptions program_options;
  const CLI::App* run =
      app.add_subcommand("run", "Look for a schedule in which a program, as it is, goes wrong");
  add_run(*app.get_subcommand("run"), program_options);
  NewOptions new_options;
  const CLI::App* begun = app.add_subcommand("new", "Begin a project that judges a pool of yours");
  add_new(*app.get_subcommand("new"), new_options);
  app.add_subcommand("detect", "Count the schedules until a broken pool is found out");
  BenchOptions bench_options;
  const CLI::App* bench =
      app.add_subcommand("bench", "Measure what a pool costs on threads of the system");
  add_bench(*app.get_subcommand("bench"), bench_options);
  add_list(*app.get_subcommand("list"), list_options);
  add_check(*app.get_subcommand("check"), check_options);
  add_exhaustive(*app.get_subcommand("check"), check_options);
  add_replay(*app.get_subcommand("replay"), replay_options);
  add_verify(*app.get_subcommand("verify"), verify_options);
  add_detect(*app.get_subcommand("detect"), detect_options);
  try {
    app.parse(argc, argv);
    if (run->parsed()) program_options.words = words_of_run(argc, argv);
  } catch (const CLI::Success& success) {
    app.exit(success, console.out, console.err);
    return ExitCode::held;
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(app, argc, argv);
    console.err << "poolproof: " << (unknown.empty() ? sentence_for(app, error) : unknown) << "\n";
    return ExitCode::bad_input;
  }
  if (list->parsed()) return list_options;
  if (check->parsed()) return check_options;
  if (replay->parsed()) return replay_options;
  if (verify->parsed()) return verify_options;
  if (run->parsed()) return program_options;
  if (begun->parsed()) return new_options;
  if (bench->parsed()) return bench_options;
  return detect_options;
}

}  // namespace poolproof::sim
