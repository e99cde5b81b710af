// The zoo's pools under the whole library: the right ones hold, and each wrong one breaks the laws
// that its file names, and no others.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/scenario/fitting.h>
#include <poolproof/subjects/zoo/zoo.h>

namespace poolproof::subjects {
namespace {

using sim::LawId;
using sim::Scenario;
using sim::Simulation;
using sim::SubjectEntry;

struct Specimen {
  const char* name;
  std::vector<LawId> breaks;  ///< in order of number; none: it is right
  std::uint64_t rounds = 40;  ///< schedules of each scenario
  friend std::ostream& operator<<(std::ostream& out, const Specimen& one) {
    return out << one.name;
  }
};

const std::vector<Specimen>& specimens() {
  using enum LawId;
  static const std::vector<Specimen> all{
      {"zoo-single-condition", {}},
      {"zoo-if-not-while", {timeouts}},
      {"zoo-semaphore-list", {}},
      {"zoo-permit-leak", {conservation, no_lost_wakeup, connect_errors, linearizability}},
      {"zoo-semaphore-stack", {}},
      {"zoo-tagged-stack", {}},
      {"zoo-untagged-stack", {exclusivity, conservation, shutdown, progress, linearizability}},
      {"zoo-ticket-queue", {}},
      {"zoo-abandoned-ticket", {conservation, no_lost_wakeup, progress, linearizability}},
      {"zoo-sharded", {}},
      {"zoo-shard-sleep", {no_lost_wakeup, connect_errors, progress}},
      {"zoo-actor", {}},
      {"zoo-actor-forgets", {conservation, no_lost_wakeup, progress, linearizability}},
      {"zoo-connection-bag", {}},
      {"zoo-thread-cache", {conservation, no_lost_wakeup, progress, linearizability}},
      {"zoo-optimistic-counter", {capacity, conservation, linearizability}},
      {"zoo-unlocked-close", {shutdown, progress}},
      {"zoo-try-then-sleep", {no_lost_wakeup, connect_errors, progress}},
  };
  return all;
}

const SubjectEntry& subject_named(const std::string& name) {
  static const std::vector<SubjectEntry> all = zoo_subjects();
  const auto at = std::ranges::find(all, name, &SubjectEntry::name);
  if (at == all.end()) throw std::out_of_range(name);
  return *at;
}

/// Adds the laws that `subject` breaks in `rounds` schedules of `scenario`.
void add_broken(std::set<LawId>& broken, const SubjectEntry& subject, const Scenario& scenario,
                std::uint64_t rounds) {
  Simulation simulation(subject, scenario);
  sim::RandomWalk strategy(1);
  for (std::uint64_t execution = 0; execution < rounds; ++execution) {
    strategy.begin(execution);
    simulation.run(strategy);
    for (const sim::Violation& violation : simulation.violations())
      broken.insert(violation.law);
  }
}

std::string labels(const auto& laws) {
  std::string text;
  for (const LawId law : laws)
    text.append(text.empty() ? "" : " ").append(sim::law(law).label);
  return text;
}

class Zoo : public testing::TestWithParam<Specimen> {};

TEST_P(Zoo, BreaksTheLawsThatItIsKnownForAndNoOthers) {
  const Specimen& specimen = GetParam();
  const SubjectEntry& subject = subject_named(specimen.name);
  std::set<LawId> broken;

  for (const Scenario& scenario : sim::scenario_library()) {
    const sim::Fitting fitting = sim::fit(scenario, subject.capabilities);
    if (fitting.missing.empty()) add_broken(broken, subject, fitting.scenario, specimen.rounds);
  }

  EXPECT_EQ(labels(broken), labels(specimen.breaks));
}

INSTANTIATE_TEST_SUITE_P(Pools, Zoo, testing::ValuesIn(specimens()), [](const auto& specimen) {
  std::string name;
  bool is_first = true;  // of a word
  for (const char* letter = specimen.param.name; *letter != '\0'; ++letter) {
    if (*letter != '-') name += is_first ? static_cast<char>(*letter - 'a' + 'A') : *letter;
    is_first = *letter == '-';
  }
  return name;
});

TEST(ZooSubjects, AreAllInTheTableOfThisTest) {
  std::vector<std::string> known;
  for (const Specimen& one : specimens())
    known.emplace_back(one.name);
  std::vector<std::string> names;
  for (const SubjectEntry& entry : zoo_subjects())
    names.push_back(entry.name);

  EXPECT_EQ(names, known);
}

}  // namespace
}  // namespace poolproof::subjects
