#include <poolproof/sim/explore/trace_fingerprint.h>

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <ostream>
#include <set>

#include <poolproof/sim/explore/coverage_meter.h>
#include <poolproof/sim/explore/exploration.h>
#include <poolproof/sim/explore/small_programs_for_test.h>

namespace poolproof::sim {

namespace {

/// One step as it was taken: enough to tell two executions apart, and to see which of its steps
/// could change places.
struct Taken {
  ActorNumber actor = 0;
  std::vector<std::uint32_t> answers;
  Footprint footprint;
};

/// A step by itself: who takes it, and what was answered. Which of the actor's steps it is follows
/// from its place.
using Word = std::pair<ActorNumber, std::vector<std::uint32_t>>;

class Recording final : public StepListener {
 public:
  explicit Recording(const Schedule& schedule) : schedule_(schedule) {}

  void begin() {
    steps.clear();
    seen_ = 0;
  }
  void on_step(Actor actor, TaskId task, Intent intent) override {
    steps.push_back({.actor = actor_number(actor, task),
                     .answers = {},
                     .footprint = {.kind = intent.kind, .object = intent.object}});
  }
  void on_step_done(StepNotes notes, std::uint32_t mutex) override {
    steps.back().footprint.notes = notes;
    steps.back().footprint.mutex = mutex;
    for (; seen_ < schedule_.size(); ++seen_) {
      if (schedule_[seen_].kind != ChoiceKind::task)
        steps.back().answers.push_back(schedule_[seen_].chosen);
    }
  }
  void on_woken(TaskId) override {}
  void on_deadlock(const Intent*, const TaskSet&) override {}

  std::vector<Taken> steps;

 private:
  const Schedule& schedule_;
  std::size_t seen_ = 0;
};

/// All executions of a program, and which of them are one trace by its definition: from one to the
/// other by letting neighbours change places that do not depend on each other.
class Traces {
 public:
  void add(const std::vector<Taken>& steps) {
    const auto [place, is_new] = numbers_.emplace(words_of(steps), executions_.size());
    EXPECT_TRUE(is_new);
    executions_.push_back(steps);
  }

  [[nodiscard]] std::size_t executions() const { return executions_.size(); }

  std::size_t count() {
    leaders_.resize(executions_.size());
    std::iota(leaders_.begin(), leaders_.end(), std::size_t{0});
    for (std::size_t i = 0; i < executions_.size(); ++i)
      join_neighbours_of(i);
    std::size_t traces = 0;
    for (std::size_t i = 0; i < leaders_.size(); ++i)
      traces += leaders_[i] == i ? 1U : 0U;
    return traces;
  }

 private:
  static std::vector<Word> words_of(const std::vector<Taken>& steps) {
    std::vector<Word> words;
    for (const Taken& step : steps)
      words.emplace_back(step.actor, step.answers);
    return words;
  }

  void join_neighbours_of(std::size_t number) {
    const std::vector<Taken>& steps = executions_[number];
    std::vector<Word> words = words_of(steps);
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      if (steps[i].actor == steps[i + 1].actor) continue;
      if (relation(steps[i].footprint, steps[i + 1].footprint) != Relation::independent) continue;
      std::swap(words[i], words[i + 1]);
      // Not there when the first of the two makes the second possible.
      const auto other = numbers_.find(words);
      if (other != numbers_.end()) leaders_[leader(number)] = leader(other->second);
      std::swap(words[i], words[i + 1]);
    }
  }

  std::size_t leader(std::size_t number) {
    while (leaders_[number] != number)
      number = leaders_[number] = leaders_[leaders_[number]];
    return number;
  }

  std::vector<std::vector<Taken>> executions_;
  std::map<std::vector<Word>, std::size_t> numbers_;
  std::vector<std::size_t> leaders_;
};

struct Seen {
  std::set<std::uint64_t> fingerprints;
  Traces traces;
};

/// Brute force: every execution.
Seen run_all(std::string (*program)(), const ExecutionLimits& limits = {}) {
  Engine engine;
  Exploration exploration({.reduces = false, .preemptions = {}});
  TraceFingerprint fingerprint(engine.schedule());
  Recording recording(engine.schedule());
  StepListeners both(fingerprint, recording);
  StepListeners all(exploration, both);
  engine.set_step_listener(&all);
  Seen seen;
  for (bool has_more = true; has_more;) {
    exploration.begin(seen.traces.executions());
    fingerprint.begin();
    recording.begin();
    const ExecutionResult result = engine.run(exploration, limits, [&] { program(); });
    seen.fingerprints.insert(fingerprint.value());
    seen.traces.add(recording.steps);
    has_more = exploration.next(result);
  }
  return seen;
}

class FingerprintsOf : public testing::TestWithParam<small::Program> {};

TEST_P(FingerprintsOf, AllExecutionsAreAsManyAsItsTraces) {
  Seen seen = run_all(GetParam().run, GetParam().limits);

  EXPECT_EQ(seen.fingerprints.size(), seen.traces.count());
  EXPECT_LT(seen.fingerprints.size(), seen.traces.executions());
}

INSTANTIATE_TEST_SUITE_P(TraceFingerprint, FingerprintsOf, testing::ValuesIn(small::all()));

TEST(TraceFingerprint, IsOneForAllOrdersOfTasksThatShareNothing) {
  const Seen seen = run_all(&small::strangers);

  EXPECT_EQ(seen.fingerprints.size(), 1U);
  EXPECT_GT(seen.traces.executions(), 10U);
}

std::string two_stores() {
  SimAtomic<int> x{0};
  SimThread one([&] { x.store(1); });
  SimThread two([&] { x.store(2); });
  one.join();
  two.join();
  return "";
}

TEST(TraceFingerprint, DiffersWhenTwoDependentStepsComeTheOtherWayRound) {
  EXPECT_EQ(run_all(&two_stores).fingerprints.size(), 2U);
}

TEST(TraceFingerprint, KnowsTheWaysInWhichTwoTasksCanTakeAMutexTwice) {
  EXPECT_EQ(run_all(&small::two_counters).fingerprints.size(), 6U);  // 4 over 2
}

TEST(TraceFingerprint, DiffersWhenAnotherWaiterIsWoken) {
  const Seen seen = run_all(&small::chances);

  EXPECT_EQ(seen.fingerprints.size(), 2U * 6U * 6U);  // who is first, and what each draws
}

TEST(TraceFingerprint, TellsWhatTasksHaveDone) {
  Engine engine;
  TraceFingerprint fingerprint(engine.schedule());
  Exploration exploration({});
  engine.set_step_listener(&fingerprint);
  fingerprint.begin();
  exploration.begin(0);
  engine.run(exploration, {}, [] { small::dekker(); });

  const auto bit_of = [](IntentKind kind) {
    return std::uint64_t{1} << static_cast<unsigned>(kind);
  };
  EXPECT_EQ(fingerprint.kinds(), bit_of(IntentKind::start) | bit_of(IntentKind::spawn) |
                                     bit_of(IntentKind::join) | bit_of(IntentKind::load) |
                                     bit_of(IntentKind::store));
}

TEST(FirstSightings, CountsEachOnceAndKnowsEveryBeginning) {
  FirstSightings sightings;
  for (std::uint64_t i = 0; i < 100; ++i)
    sightings.add(i % 40 * 0x9e3779b97f4a7c15U, i);

  EXPECT_EQ(sightings.count(0), 0U);
  EXPECT_EQ(sightings.count(10), 10U);
  EXPECT_EQ(sightings.count(100), 40U);
}

TEST(FirstSightings, DoesNotHangOnTheOrderOfTheExecutions) {
  FirstSightings sightings;
  sightings.add(7, 90);
  sightings.add(7, 3);
  sightings.add(8, 50);

  EXPECT_EQ(sightings.count(3), 0U);
  EXPECT_EQ(sightings.count(4), 1U);
  EXPECT_EQ(sightings.count(51), 2U);
}

}  // namespace
}  // namespace poolproof::sim
