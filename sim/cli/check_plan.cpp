#include <poolproof/sim/cli/check_plan.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/ci_files.h>
#include <poolproof/sim/cli/exhaustive_check.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/report/words.h>
#include <poolproof/sim/scenario/fitting.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

bool is_open(const ScenarioReport& scenario) {
  return scenario.status == Status::not_begun;
}

std::vector<ScenarioReport> scenario_reports(std::vector<ChosenScenario> chosen,
                                             const CheckOptions& options,
                                             const Capabilities& capabilities) {
  std::vector<ScenarioReport> reports;
  for (ChosenScenario& one : chosen) {
    ScenarioReport report;
    Fitting fitting = fit(one.scenario, capabilities);
    report.scenario = std::move(fitting.scenario);
    report.is_drawn = one.is_drawn;
    report.asked_for = std::move(one.asked_for);
    report.next = options.first;
    report.missing = fitting.missing;
    report.left_out.assign(fitting.left_out.begin(), fitting.left_out.end());
    if (!report.missing.empty()) report.status = Status::not_applicable;
    reports.push_back(std::move(report));
  }
  return reports;
}

/// Those of the library and those that are drawn, of which `percent` of all schedules are.
std::vector<ChosenScenario> with_drawn(std::vector<ChosenScenario> library,
                                       std::uint32_t percent) {
  if (percent == 100) library.clear();
  if (percent > 0) library.push_back(all_drawn());
  return library;
}

/// Of all schedules, those for drawn scenarios; what is left is for the others.
std::uint64_t share_of_drawn(const std::vector<ScenarioReport>& scenarios, std::uint64_t schedules,
                             std::uint32_t percent) {
  const auto others = std::ranges::count_if(scenarios, [](const ScenarioReport& scenario) {
    return is_open(scenario) && !scenario.is_drawn;
  });
  if (others == 0) return schedules;
  return std::max<std::uint64_t>(schedules / 100 * percent + schedules % 100 * percent / 100, 1);
}

/// The first ones get what cannot be split evenly.
void share_out(std::vector<ScenarioReport>& scenarios, std::uint64_t schedules,
               std::uint32_t percent) {
  std::uint64_t left = 0;
  for (ScenarioReport& scenario : scenarios) {
    if (!scenario.is_drawn) {
      if (is_open(scenario)) ++left;
      continue;
    }
    scenario.planned = share_of_drawn(scenarios, schedules, percent);
    schedules -= std::min(schedules, scenario.planned);
  }
  for (ScenarioReport& scenario : scenarios) {
    if (!is_open(scenario) || scenario.is_drawn) continue;
    const std::uint64_t share = (schedules + left - 1) / left;
    --left;
    scenario.planned = std::max<std::uint64_t>(share, 1);
    schedules -= std::min(schedules, share);
  }
}

std::string options_of(const CheckPlan& plan) {
  std::string text = fmt::format("{} check {} --seed {}", shell_word(program_name()),
                                 plan.report.subject, plan.report.seed);
  if (plan.strategy != &strategies().front())
    text += fmt::format(" --strategy {}", plan.strategy->name);
  if (plan.strategy_options.pct_depth != Pct::depth_default)
    text += fmt::format(" --pct-depth {}", plan.strategy_options.pct_depth);
  if (plan.explores) text += " --explore";
  if (!plan.report.virtual_time) text += " --threads real";
  if (plan.exploration.preemptions)
    text += fmt::format(" --preemptions {}", *plan.exploration.preemptions);
  if (!plan.exploration.reduces) text += " --no-reduction";
  return text;
}

std::string scenario_option(const ScenarioReport& scenario) {
  return " --scenario " + shell_word(scenario.asked_for);
}

std::string how_much(const CheckPlan& plan, std::uint64_t schedules) {
  if (plan.strategy->make == nullptr && schedules == 0) return "";
  if (plan.time) return fmt::format(" --time {}", mocks::print_duration(*plan.time));
  return fmt::format(" --schedules {}", schedules);
}

std::string command_to_explore_on(const CheckPlan& plan, const ScenarioReport& scenario) {
  if (scenario.exhaustive->state_file.empty()) return "";
  return fmt::format("{}{} --resume {}\n", options_of(plan), scenario_option(scenario),
                     shell_word(scenario.exhaustive->state_file));
}

/// Short where all that is left follows one scenario in the order of the library.
std::string options_for_the_rest(const CheckPlan& plan, const std::string& one_by_one) {
  const auto& all = plan.report.scenarios;
  const auto first = std::ranges::find_if(all, is_open);
  const bool has_kept = std::any_of(first, all.end(), [](const ScenarioReport& scenario) {
    return scenario.asked_for.ends_with(".token");
  });
  if (!plan.library_part || has_kept) return one_by_one;
  return fmt::format("{} --from {}", *plan.library_part, first->asked_for);
}

std::string command_for_the_rest(const CheckPlan& plan) {
  std::string scenarios;
  std::uint64_t schedules = 0;
  std::uint64_t first = 0;
  for (const ScenarioReport& scenario : plan.report.scenarios) {
    if (!is_open(scenario)) continue;
    scenarios += scenario_option(scenario);
    schedules += scenario.planned;
    first = scenario.next;
  }
  if (scenarios.empty()) return "";
  const std::string from = plan.strategy->make == nullptr ? "" : fmt::format(" --first {}", first);
  return fmt::format("{}{}{}{}\n", options_of(plan), from, how_much(plan, schedules),
                     options_for_the_rest(plan, scenarios));
}

/// Real threads unless the subject can be simulated, when nothing else was asked for.
std::expected<ThreadKind, std::string> choose_threads(const SubjectEntry& subject,
                                                      const CheckOptions& options) {
  const ThreadKind kind =
      options.threads.value_or(subject.simulated ? ThreadKind::simulated : ThreadKind::real);
  if (kind == ThreadKind::simulated && !subject.simulated) {
    return std::unexpected(
        fmt::format("--threads \"sim\": {} runs on real threads only", subject.name));
  }
  if (kind == ThreadKind::real && !subject.real) {
    return std::unexpected(
        fmt::format("--threads \"real\": {} runs on simulated threads only", subject.name));
  }
  return kind;
}

/// What goes with one way of running only.
std::expected<void, std::string> ensure_fits(const CheckOptions& options, ThreadKind threads) {
  const bool is_exhaustive = find_strategy(options.strategy)->make == nullptr;
  const auto refuse = [](std::string_view option, std::string_view why) {
    return std::unexpected(fmt::format("{}: {}", option, why));
  };
  if (options.swarm && !options.resume_file.empty())
    return refuse("--swarm", "makes many scenarios, and --resume goes on with one");
  if (options.coverage && threads == ThreadKind::real)
    return refuse("--coverage", "needs simulated threads, whose steps can be seen");
  if (!options.from.empty() && !options.scenarios.empty())
    return refuse("--from", "goes without --scenario");
  constexpr std::string_view alone = "goes with --strategy exhaustive only";
  const bool asks_for_drawn =
      options.drawn_percent.value_or(0) > 0 ||
      std::ranges::find(options.scenarios, drawn_word) != options.scenarios.end();
  if (options.drawn_percent && !options.scenarios.empty())
    return refuse("--drawn", "is a share of all; beside --scenario say --scenario drawn");
  if (asks_for_drawn && (is_exhaustive || threads == ThreadKind::real))
    return refuse("drawn scenarios",
                  "are many and small, and their times are made up: they need "
                  "simulated threads and a strategy that goes by chance");
  if (options.explore && (is_exhaustive || threads == ThreadKind::real))
    return refuse("--explore", "needs simulated threads and a strategy that goes by chance");
  if (options.explore && (options.first != 0 || options.coverage))
    return refuse("--explore",
                  "learns from the first execution on: it takes neither --first nor "
                  "--coverage");
  if (!is_exhaustive) {
    if (options.preemptions) return refuse("--preemptions", alone);
    if (options.no_reduction) return refuse("--no-reduction", alone);
    if (!options.resume_file.empty()) return refuse("--resume", alone);
    return {};
  }
  if (threads == ThreadKind::real)
    return refuse("--strategy \"exhaustive\"", "needs simulated threads");
  if (options.first != 0)
    return refuse("--first", "an exhaustive search goes on where --resume says");
  if (!options.resume_file.empty() && options.scenarios.size() != 1)
    return refuse("--resume", "expected one --scenario beside it");
  return {};
}

/// The share of schedules that drawn scenarios get: none unless time is virtual and the strategy
/// goes by chance.
std::uint32_t drawn_percent(const CheckOptions& options, ThreadKind threads) {
  const bool can_draw =
      threads == ThreadKind::simulated && find_strategy(options.strategy)->make != nullptr;
  return options.drawn_percent.value_or(can_draw ? CheckOptions::drawn_default : 0);
}

std::uint64_t schedules_default(ThreadKind kind) {
  return kind == ThreadKind::real ? CheckOptions::runs_default : CheckOptions::schedules_default;
}

/// Options without which other scenarios of the library would be checked.
std::string library_part(const CheckOptions& options) {
  std::string text = options.swarm ? " --swarm" : "";
  const Shard shard = options.ci.shard;
  if (shard.of > 1) text += fmt::format(" --shard {}/{}", shard.number, shard.of);
  return text;
}

}  // namespace

std::expected<CheckPlan, std::string> plan_check(std::span<const SubjectEntry> subjects,
                                                 const CheckOptions& options, unsigned cores) {
  const auto subject = choose_subject(subjects, options.subject);
  if (!subject) return std::unexpected(subject.error());
  const auto threads = choose_threads(**subject, options);
  if (!threads) return std::unexpected(threads.error());
  if (const auto fits = ensure_fits(options, *threads); !fits)
    return std::unexpected(fits.error());
  auto chosen = choose_scenarios(options.scenarios, options.seed, (*subject)->capabilities);
  if (!chosen) return std::unexpected(chosen.error());
  const Capabilities& capabilities = (*subject)->capabilities;
  const std::uint32_t percent = drawn_percent(options, *threads);
  if (options.scenarios.empty()) {
    *chosen = with_drawn(*std::move(chosen), percent);
    put_simple_first(*chosen, capabilities);
  }
  if (options.swarm) *chosen = swarms_of(*chosen, options.seed);
  CheckPlan plan{
      .subject = *subject,
      .strategy = find_strategy(options.strategy),
      .strategy_options = options.strategy_options,
      .jobs = jobs_of(**subject, options, cores),
      .time = options.time,
      .exploration = {.reduces = !options.no_reduction, .preemptions = options.preemptions},
      .resume_file = options.resume_file,
      .explores = options.explore,
      .drawn_percent = percent,
      .measures_coverage = options.coverage,
      .report = {.subject = (*subject)->name,
                 .capabilities = capabilities,
                 .strategy = options.strategy,
                 .seed = options.seed,
                 .virtual_time = *threads == ThreadKind::simulated,
                 .scenarios = scenario_reports(*std::move(chosen), options, capabilities)}};
  if (std::ranges::none_of(plan.report.scenarios, is_open)) {
    return std::unexpected(
        fmt::format("--scenario {}: needs {}, which {} declines, so there is "
                    "nothing to check",
                    mocks::quotation(plan.report.scenarios.front().asked_for),
                    plan.report.scenarios.front().missing, plan.report.subject));
  }
  if (const auto kept = keep_shard(plan.report.scenarios, options.ci.shard); !kept)
    return std::unexpected(kept.error());
  if (const auto kept = keep_from(plan.report.scenarios, options.from); !kept)
    return std::unexpected(kept.error());
  if (options.scenarios.empty()) plan.library_part = library_part(options);
  const bool has_end = plan.strategy->make == nullptr;
  if (!options.time && (!has_end || options.schedules))
    share_out(plan.report.scenarios, options.schedules.value_or(schedules_default(*threads)),
              percent);
  if (const auto read = read_exhaustive_state(plan); !read) return std::unexpected(read.error());
  return plan;
}

unsigned jobs_of(const SubjectEntry& subject, const CheckOptions& options, unsigned cores) {
  const bool is_exhaustive = find_strategy(options.strategy)->make == nullptr;
  const bool needs_threads = is_exhaustive || options.explore || options.coverage;
  if (subject.is_as_is && needs_threads) return 1;
  return options.jobs == 0 ? std::max(cores, 1U) : options.jobs;
}

std::string check_command(const CheckPlan& plan, const ScenarioReport& scenario) {
  return options_of(plan) + scenario_option(scenario);
}

std::string commands_to_go_on(const CheckPlan& plan) {
  std::string lines;
  for (const ScenarioReport& scenario : plan.report.scenarios) {
    if (scenario.status != Status::ended_early) continue;
    if (scenario.exhaustive) {
      lines += command_to_explore_on(plan, scenario);
      continue;
    }
    lines += fmt::format("{} --first {}{}\n", check_command(plan, scenario), scenario.next,
                         how_much(plan, scenario.planned - scenario.schedules));
  }
  return lines + command_for_the_rest(plan);
}

}  // namespace poolproof::sim
