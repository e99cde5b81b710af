#include <poolproof/sim/cli/bench_command.h>

#include <algorithm>
#include <functional>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/choice.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/measure/floor_pools.h>
#include <poolproof/sim/measure/subject_pool.h>
#include <poolproof/sim/report/bench_report.h>

namespace poolproof::sim {
namespace {

/// Somebody who takes part: a floor, or a subject.
struct Contender {
  BenchContender about;
  std::function<RoundResult(const PoolPlan&, const RoundPlan&)> round;
};

template <class Floor>
Contender floor(std::string name, std::string kind, std::string about) {
  return {.about = {.name = std::move(name), .kind = std::move(kind), .about = std::move(about)},
          .round = [](const PoolPlan& plan, const RoundPlan& round) {
            SteadyClock clock;
            Floor pool(plan);
            return run_round(pool, round, clock);
          }};
}

std::vector<Contender> floors() {
  return {floor<NoPool>("no-pool", "ideal", "as many threads as connections, each with its own"),
          floor<MutexDequeCondition>("mutex-deque-condition", "floor",
                                     "a pool of twenty lines, in no order"),
          floor<FutexHandOff>("futex-hand-off", "floor", "the least of any strict order")};
}

std::vector<BenchCase> cases(std::size_t size) {
  using std::chrono::microseconds;
  const unsigned crowd = static_cast<unsigned>(4 * size);
  return {{"cycle", 1, size, {}},
          {"cycle", 2, size, {}},
          {"cycle", static_cast<unsigned>(size), size, {}},
          {"hold", crowd, size, microseconds(100)},
          {"hold", crowd, size, microseconds(1'000)}};
}

/// Measures everybody in turn, so that a machine whose speed drifts slows all.
class Bench {
 public:
  Bench(const BenchOptions& options, Console& console) : options_(options), console_(console) {
    contenders_ = floors();
  }

  void add(const SubjectEntry& subject) {
    contenders_.push_back(
        {.about = {.name = subject.name, .kind = "pool", .about = subject.about}, .round = {}});
    Contender& mine = contenders_.back();
    mine.round = [&subject, &mistakes = mistakes_](const PoolPlan& plan, const RoundPlan& round) {
      SteadyClock clock;
      SubjectPool pool(subject, plan);
      pool.fill();
      const RoundResult result = run_round(pool, round, clock);
      if (const std::string said = pool.mistake(); !said.empty())
        mistakes.push_back({subject.name, said});
      return result;
    };
  }

  ExitCode run() {
    become_multi_threaded();
    BenchReport report{.size = options_.size, .rounds = options_.rounds};
    for (const Contender& contender : contenders_)
      report.contenders.push_back(contender.about);
    for (const BenchCase& one : cases(options_.size)) {
      for (std::uint64_t round = 0; round < options_.rounds; ++round)
        measure(one, round, report);
      if (!mistakes_.empty()) return refuse_mistake();
    }
    console_.out << (options_.json ? bench_json(report) : bench_text(report));
    return ExitCode::held;
  }

 private:
  struct Mistake {
    std::string subject;
    std::string sentence;
  };

  /// Everybody begins a round some time.
  void measure(const BenchCase& one, std::uint64_t round, BenchReport& report) {
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      const Contender& contender = contenders_[(i + round) % contenders_.size()];
      const bool is_ideal = contender.about.kind == "ideal";
      const unsigned threads =
          is_ideal ? std::min(one.threads, static_cast<unsigned>(one.size)) : one.threads;
      const RoundPlan plan{.threads = threads,
                           .hold = one.hold,
                           .length = options_.round,
                           .timed_every = one.hold > Duration::zero() ? 1U : 0U};
      report.samples.push_back(
          {one, contender.about.name,
           contender.round({.size = one.size, .callers = one.threads}, plan)});
    }
  }

  ExitCode refuse_mistake() {
    return refuse(console_, "subject " + mocks::quotation(mistakes_.front().subject) + ": " +
                                mistakes_.front().sentence + ", so its figures mean nothing");
  }

  const BenchOptions& options_;
  Console& console_;
  std::vector<Contender> contenders_;
  std::vector<Mistake> mistakes_;
};

}  // namespace

ExitCode run_bench(std::span<const SubjectEntry> subjects, const BenchOptions& options,
                   Console& console) {
  Bench bench(options, console);
  std::vector<std::string> names = options.subjects;
  if (names.empty()) names.push_back("");
  for (const std::string& name : names) {
    const auto subject = choose_subject(subjects, name);
    if (!subject) return refuse(console, subject.error());
    if (!(*subject)->real) {
      return refuse(console, "subject " + mocks::quotation((*subject)->name) +
                                 ": runs in the simulator only, and bench measures threads of "
                                 "the system");
    }
    bench.add(**subject);
  }
  return bench.run();
}

}  // namespace poolproof::sim
