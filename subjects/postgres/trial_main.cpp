// The program behind script/postgres-trial. Exit code 0: every promise was kept; 1: one was
// broken; 2: the trial could not be held.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>

#include <poolproof/sim/judge/history_json.h>
#include <poolproof/subjects/postgres/trial_report.h>

namespace poolproof::subjects {
namespace {

class Progress final : public TrialListener {
 public:
  explicit Progress(const TrialPlan& plan) noexcept : plan_(plan) {}
  void round_ended(const TrialResult& so_far) override {
    std::cerr << progress_line(plan_, so_far) << "\n";
  }

 private:
  const TrialPlan& plan_;
};

/// "read-committed": one word of the command line.
std::map<std::string, Isolation> isolation_words() {
  std::map<std::string, Isolation> words;
  for (const Isolation level : trial_levels) {
    std::string word(to_string(level));
    std::ranges::replace(word, ' ', '-');
    words[word] = level;
  }
  return words;
}

/// The exit code.
int hold_trial(const TrialPlan& plan, const std::string& history) {
  SteadyClock clock;
  const Instant began = clock.now();
  Progress progress(plan);
  const TrialResult result = run_trial(plan, progress);
  std::cout << report(plan, result, clock.now() - began);
  if (result.offender && !history.empty()) {
    std::ofstream(history) << sim::print(*result.offender);
    std::cout << "the first history that broke a law is in " << history << "\n";
  }
  return result.findings.empty() ? 0 : 1;
}

int run(int argc, char** argv) {
  TrialPlan plan;
  std::string history = "postgres-trial.jsonl";
  CLI::App app("Money transfers over the reference pool, while the PostgreSQL server is shot at.");
  app.add_option("--kills", plan.kills, "how often sessions are killed")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  std::uint32_t failovers = 0;
  app.add_option("--failovers", failovers,
                 "how often, after that, a primary is killed and its standby takes its place")
      ->check(CLI::Range(0U, 1'000'000U))
      ->capture_default_str();
  app.add_option("--threads", plan.threads, "threads that transfer money")
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  app.add_option("--pool", plan.pool, "max_size of the pool")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--seed", plan.seed, "where chance begins")->capture_default_str();
  app.add_option("--isolation", plan.isolation, "one level alone; else all in turn")
      ->transform(CLI::CheckedTransformer(isolation_words()));
  app.add_option("--history", history, "file for the first history that breaks a law")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const int code = hold_trial(plan, history);
  if (failovers == 0) return code;
  plan.kills = failovers;
  plan.has_standby = true;
  return std::max(code, hold_trial(plan, history));
}

}  // namespace
}  // namespace poolproof::subjects

int main(int argc, char** argv) {
  try {
    return poolproof::subjects::run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "postgres-trial: " << failure.what() << "\n";
    return 2;
  }
}
