#include <poolproof/sim/explore/small_enough.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/explore/exploration.h>

namespace poolproof::sim {
namespace {

constexpr auto few = static_cast<std::uint32_t>(small_enough.preemptions);

/// All schedules with few preemptions, as far as there is time for.
struct Attempt {
  std::uint64_t executions = 0;
  bool is_complete = false;
  bool has_replaced = false;
};

Attempt try_all_with_few(const SubjectEntry& subject, Shrunk& shrunk,
                         std::uint64_t executions_max) {
  const LawId law = shrunk.failure.violations.front().law;
  Simulation simulation(subject, shrunk.scenario);
  Exploration exploration({.reduces = false, .preemptions = few});
  simulation.set_step_listener(&exploration);
  Attempt attempt;
  while (!attempt.is_complete && attempt.executions < executions_max) {
    exploration.begin(attempt.executions++);
    const ExecutionResult& result = simulation.run(exploration);
    const auto& violations = simulation.violations();
    if (std::ranges::find(violations, law, &Violation::law) != violations.end()) {
      Failure failure = failure_of(shrunk.failure.execution, simulation);
      const ShrunkSize size = size_of(subject, shrunk.scenario, failure);
      if (is_small_enough(size)) {
        shrunk.failure = std::move(failure);
        shrunk.after = size;
        attempt.has_replaced = true;
        return attempt;
      }
    }
    attempt.is_complete = !exploration.next(result);
  }
  attempt.is_complete = attempt.is_complete && !exploration.is_unsteady();
  return attempt;
}

std::string within_budget(const Shrunk& shrunk, std::string_view what) {
  return fmt::format("no {} was found in the {} executions of shrinking", what, shrunk.executions);
}

}  // namespace

bool is_small_enough(const ShrunkSize& size) noexcept {
  return size.clients <= small_enough.clients && size.operations <= small_enough.operations &&
         size.preemptions <= small_enough.preemptions;
}

std::string why_not_smaller(const SubjectEntry& subject, Shrunk& shrunk,
                            std::uint64_t executions_max) {
  if (is_small_enough(shrunk.after)) return "";
  if (shrunk.after.clients > small_enough.clients ||
      shrunk.after.operations > small_enough.operations)
    return within_budget(shrunk, "smaller scenario");
  const Attempt attempt = try_all_with_few(subject, shrunk, executions_max);
  if (attempt.has_replaced) return "";
  if (attempt.is_complete) {
    return fmt::format("needs {} preemptions: none of all {} schedules with {} breaks the law",
                       shrunk.after.preemptions, attempt.executions, few);
  }
  return fmt::format("{}, nor among the first {} with {} preemptions",
                     within_budget(shrunk, "smaller one"), attempt.executions, few);
}

}  // namespace poolproof::sim
