#include <poolproof/sim/explore/hints.h>

#include <mutex>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/replay.h>
#include <poolproof/sim/explore/sparse_walk.h>

namespace poolproof::sim {
namespace {

/// The answers of a script; 0 afterwards.
class Scripted final : public Strategy {
 public:
  explicit Scripted(std::vector<std::uint32_t> answers) : answers_(std::move(answers)) {}
  void begin(std::uint64_t) override { next_ = 0; }
  std::uint32_t choose(const ChoicePoint&) override {
    return next_ < answers_.size() ? answers_[next_++] : 0;
  }

 private:
  std::vector<std::uint32_t> answers_;
  std::size_t next_ = 0;
};

TaskSet tasks(std::initializer_list<unsigned> ids) {
  TaskSet set;
  for (const unsigned id : ids)
    set.add(TaskId(static_cast<std::uint16_t>(id)));
  return set;
}

void two_tasks_lock_in_turns() {
  SimPlatform::mutex mutex;
  SimPlatform::condition_variable condition;
  SimClock clock;
  const auto lock_twice = [&] {
    for (int i = 0; i < 2; ++i) {
      std::unique_lock lock(mutex);
      SimPlatform::wait_until(condition, lock, clock, Instant{} + std::chrono::milliseconds(1));
    }
  };
  SimPlatform::thread one(lock_twice);
  SimPlatform::thread two(lock_twice);
  one.join();
  two.join();
}

TEST(Hints, FindTheOptionAgainThatTheyWereTakenFrom) {
  const ChoicePoint point{.kind = ChoiceKind::task,
                          .options = 6,
                          .runnable = tasks({1, 3, 7}),
                          .sleepers = tasks({2, 9}),
                          .has_timer = true,
                          .last_can_go_on = true,
                          .last = TaskId{3}};

  for (std::uint32_t option = 0; option < point.options; ++option)
    EXPECT_EQ(option_for(point, wanted_by(point, option)), option);

  EXPECT_EQ(wanted_by(point, 0), (Wanted{Wanted::Kind::task, TaskId{3}}));
  EXPECT_EQ(wanted_by(point, 2), (Wanted{Wanted::Kind::task, TaskId{7}}));
  EXPECT_EQ(wanted_by(point, 3), (Wanted{Wanted::Kind::timer, no_task}));
  EXPECT_EQ(wanted_by(point, 5), (Wanted{Wanted::Kind::sleeper, TaskId{9}}));
}

TEST(Hints, TakeTheFirstOptionForWhatIsNotToBeHad) {
  const ChoicePoint point{.kind = ChoiceKind::task, .options = 2, .runnable = tasks({1, 3})};

  EXPECT_EQ(option_for(point, {Wanted::Kind::task, TaskId{2}}), 0U);
  EXPECT_EQ(option_for(point, {Wanted::Kind::task, no_task}), 0U);
  EXPECT_EQ(option_for(point, {Wanted::Kind::timer, no_task}), 0U);
  EXPECT_EQ(option_for(point, {Wanted::Kind::sleeper, TaskId{1}}), 0U);
}

TEST(Hints, CountASwitchOnlyWhereTheLastTaskCouldGoOn) {
  Scripted script({1, 1, 0});
  HintTaker taker(script);
  taker.begin(0);
  ChoicePoint point{.kind = ChoiceKind::task,
                    .options = 2,
                    .runnable = tasks({1, 2}),
                    .last_can_go_on = true,
                    .last = TaskId{1}};

  taker.choose(point);
  point.last_can_go_on = false;
  taker.choose(point);
  point.last_can_go_on = true;
  taker.choose(point);

  EXPECT_EQ(taker.hints().preemptions,
            (std::vector<Preemption>{{TaskId{1}, 0, {Wanted::Kind::task, TaskId{2}}}}));
  EXPECT_EQ(taker.hints().orders, (std::vector<Wanted>{{Wanted::Kind::task, TaskId{2}}}));
  EXPECT_EQ(taker.hints().can_go_on, 2U);
}

TEST(Hints, CountAnEarlyTimerAsAPreemption) {
  Scripted script({1});
  HintTaker taker(script);
  taker.begin(0);

  taker.choose({.kind = ChoiceKind::task,
                .options = 2,
                .runnable = tasks({1}),
                .has_timer = true,
                .last_can_go_on = true,
                .last = TaskId{1}});

  EXPECT_EQ(taker.hints().preemptions,
            (std::vector<Preemption>{{TaskId{1}, 0, {Wanted::Kind::timer, no_task}}}));
}

TEST(Hints, LeadToTheSameExecutionAgain) {
  Engine engine;
  RandomWalk walk(3);
  HintTaker taker(walk);
  const ExecutionLimits limits{.spurious_wakeups = 2};

  for (std::uint64_t execution = 0; execution < 50; ++execution) {
    taker.begin(execution);
    engine.run(taker, limits, two_tasks_lock_in_turns);
    const Schedule random = engine.schedule();
    Guided guided(taker.hints());
    guided.begin(0);
    engine.run(guided, limits, two_tasks_lock_in_turns);
    ASSERT_EQ(engine.schedule(), random) << "execution " << execution;
  }
}

TEST(Hints, LeadAnEmptyListToNoPreemption) {
  Engine engine;
  const Hints none;
  Guided guided(none);
  HintTaker taker(guided);
  taker.begin(0);

  const ExecutionResult result = engine.run(taker, {}, two_tasks_lock_in_turns);

  EXPECT_EQ(result.ending, Ending::completed);
  EXPECT_GT(taker.hints().can_go_on, 0U);
  EXPECT_TRUE(taker.hints().preemptions.empty());
}

TEST(SparseWalk, PreemptsNoMoreOftenThanItMay) {
  Engine engine;
  SparseWalk walk(1, {.preemptions = 2, .places = 10});
  HintTaker taker(walk);
  std::size_t most = 0;

  for (std::uint64_t execution = 0; execution < 200; ++execution) {
    taker.begin(execution);
    engine.run(taker, {}, two_tasks_lock_in_turns);
    most = std::max(most, taker.hints().preemptions.size());
  }

  EXPECT_EQ(most, 2U);
}

}  // namespace
}  // namespace poolproof::sim
