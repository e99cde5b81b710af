// Runs every mutant's program under every strategy and prints what came of it. See script/mutants.

#include <algorithm>
#include <atomic>
#include <iostream>
#include <mutex>
#include <span>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <poolproof/mutants/detection_table.h>
#include <poolproof/sim/cli/command_line.h>
#include <poolproof/sim/cli/strategies.h>
#include <poolproof/subjects/child_program.h>

namespace poolproof::mutants {
namespace {

struct Options {
  std::string patches;                ///< folder
  std::string programs;               ///< folder with a program for each patch
  std::string unpatched;              ///< the program poolproof
  std::string subject = "reference";  ///< what was patched, as poolproof calls it
  std::vector<std::string> strategies;
  std::uint64_t seeds = 20;
  std::uint64_t schedules = 100'000;
  std::uint64_t give_up = 3;
  unsigned jobs = 2;
  bool json = false;
};

/// One program under one strategy.
struct Run {
  std::vector<std::string> words;
  DetectionSum* sum = nullptr;
  std::string error;
  bool is_done = false;
};

std::string run_detection(Run& run) {
  const subjects::ProgramEnd end = subjects::run_program(run.words);
  if (end.exit_code != 0 && end.exit_code != 1) {
    return fmt::format("{} ended with {} {}: {}", run.words.front(),
                       end.signal != 0 ? "signal" : "exit code",
                       end.signal != 0 ? end.signal : end.exit_code, end.err);
  }
  auto sum = sum_up(end.out);
  if (!sum) return fmt::format("{}: {}", run.words.front(), sum.error());
  *run.sum = *std::move(sum);
  return "";
}

class Table {
 public:
  Table(const Options& options, std::vector<PatchFile> patches) : options_(options) {
    table_.seeds = options.seeds;
    table_.schedules_max = options.schedules;
    table_.default_strategy = sim::CheckOptions{}.strategy;
    add_runs(table_.unpatched, options.unpatched, options.subject, 0);  // The longest go first.
    for (PatchFile& patch : patches)
      table_.mutants.push_back({std::move(patch), {}});
    for (MutantRow& row : table_.mutants) {
      add_runs(row, options.programs + "/" + row.patch.stem, row.patch.name, options.give_up);
    }
  }

  int run() {
    if (!options_.json) std::cout << table_head() << std::flush;
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 0; i < options_.jobs; ++i)
        workers.emplace_back([this] { work(); });
    }
    return conclude();
  }

 private:
  void add_runs(MutantRow& row, const std::string& program, const std::string& subject,
                std::uint64_t give_up) {
    row.sums.resize(options_.strategies.size());
    for (std::size_t i = 0; i < row.sums.size(); ++i) {
      row.sums[i].strategy = options_.strategies[i];
      runs_.push_back({.words = {program, "detect", subject, "--strategy", options_.strategies[i],
                                 "--seeds", std::to_string(options_.seeds), "--schedules",
                                 std::to_string(options_.schedules), "--give-up",
                                 std::to_string(give_up), "--json"},
                       .sum = &row.sums[i],
                       .error = "",
                       .is_done = false});
    }
  }

  void work() {
    for (std::size_t at = next_++; at < runs_.size(); at = next_++) {
      std::string error = run_detection(runs_[at]);
      const std::scoped_lock lock(mutex_);
      runs_[at].error = std::move(error);
      runs_[at].is_done = true;
      say_rows_that_are_done();
    }
  }

  void say_rows_that_are_done() {
    const std::size_t of_each = options_.strategies.size();
    for (; said_ < table_.mutants.size(); ++said_) {
      const auto runs = std::span(runs_).subspan((said_ + 1) * of_each, of_each);
      if (!std::ranges::all_of(runs, &Run::is_done)) return;
      if (!options_.json) std::cout << row_text(table_.mutants[said_]) << std::flush;
    }
  }

  int conclude() const {
    bool is_good = true;
    for (const Run& run : runs_) {
      if (run.error.empty()) continue;
      is_good = false;
      std::cerr << "mutants: " << run.error << "\n";
    }
    const std::vector<std::string> wanting = shortcomings(table_);
    if (options_.json) {
      std::cout << table_json(table_);
    } else {
      std::cout << row_text(table_.unpatched) << "\n" << summary_text(table_);
      for (const std::string& sentence : wanting)
        std::cout << sentence << "\n";
    }
    return is_good && wanting.empty() ? 0 : 1;
  }

  const Options& options_;
  DetectionTable table_;
  std::vector<Run> runs_;  // each strategy of the unpatched pool, then of each mutant
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::size_t said_ = 0;  // guarded by mutex_: rows printed
};

int run(int argc, char** argv) {
  CLI::App app("Prints how soon each strategy finds each mutant.", "mutant_table");
  Options options;
  app.add_option("--patches", options.patches, "Folder of the patches")->required();
  app.add_option("--programs", options.programs, "Folder of their programs")->required();
  app.add_option("--unpatched", options.unpatched, "The program poolproof")->required();
  app.add_option("--subject", options.subject, "What was patched; default reference");
  app.add_option("--strategy", options.strategies, "May be repeated; default: all");
  app.add_option("--seeds", options.seeds, "Default 20")->check(CLI::Range(1, 1000));
  app.add_option("--schedules", options.schedules, "For each seed, at most; default 100000")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--give-up", options.give_up,
                 "Give a strategy up for a mutant after so many seeds that found nothing; "
                 "default 3; 0: never");
  app.add_option("--jobs", options.jobs, "Programs at a time; default 2")
      ->check(CLI::Range(1, 256));
  app.add_flag("--json", options.json, "Print JSON, when all is done");
  CLI11_PARSE(app, argc, argv);
  if (options.strategies.empty()) {
    for (const sim::StrategyEntry& strategy : sim::strategies()) {
      if (strategy.make != nullptr) options.strategies.emplace_back(strategy.name);
    }
  }
  auto patches = read_patches(options.patches);
  if (patches) return Table(options, *std::move(patches)).run();
  std::cerr << "mutants: " << patches.error() << "\n";
  return 2;
}

}  // namespace
}  // namespace poolproof::mutants

int main(int argc, char** argv) {
  return poolproof::mutants::run(argc, argv);
}
