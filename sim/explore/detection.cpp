#include <poolproof/sim/explore/detection.h>

#include <algorithm>

#include <poolproof/core/ensure.h>

namespace poolproof::sim {
namespace {

std::vector<LawId> laws_in(const std::vector<Violation>& violations) {
  std::vector<LawId> laws;
  for (const Violation& violation : violations)
    laws.push_back(violation.law);
  std::ranges::sort(laws);
  laws.erase(std::ranges::unique(laws).begin(), laws.end());
  return laws;
}

}  // namespace

Detector::Detector(const SubjectEntry& subject, std::span<const Scenario> scenarios) {
  for (const Scenario& scenario : scenarios) {
    courses_.push_back({.scenario = &scenario,
                        .simulation = std::make_unique<Simulation>(subject, scenario),
                        .strategy = nullptr});
  }
  ensure(!courses_.empty());
}

Detection Detector::detect(const StrategyFactory& strategy, std::uint64_t seed,
                           std::uint64_t schedules_max) {
  for (Course& course : courses_)
    course.strategy = strategy(seed);
  Detection detection{.seed = seed, .scenario = {}, .laws = {}, .failure = {}};
  while (detection.schedules < schedules_max) {
    const std::uint64_t number = detection.schedules++;
    const Course& course = courses_[number % courses_.size()];
    const std::uint64_t execution = number / courses_.size();
    course.strategy->begin(execution);
    course.simulation->run(*course.strategy);
    if (course.simulation->violations().empty()) continue;
    detection.is_found = true;
    detection.scenario = course.scenario->name;
    detection.laws = laws_in(course.simulation->violations());
    detection.failure = failure_of(execution, *course.simulation);
    break;
  }
  return detection;
}

}  // namespace poolproof::sim
