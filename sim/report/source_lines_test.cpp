#include <poolproof/sim/report/source_lines.h>

#include <algorithm>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/step_log.h>

namespace poolproof::sim {
namespace {

constexpr unsigned line_of_lock = __LINE__ + 2;
void lock(SimPlatform::mutex& mutex, int& locks) {
  mutex.lock();
  ++locks;  // So that it is no tail call, which leaves no trace on the stack.
}

class SourceLinesOfSteps : public testing::Test {
 protected:
  /// The steps of a program in which a task waits for a mutex that main holds.
  const std::vector<LoggedStep>& steps() {
    RandomWalk walk(1);
    walk.begin(0);
    log_.begin(history_);
    engine_.set_step_listener(&log_);
    engine_.set_step_witness(&log_);
    engine_.run(walk, {}, [] {
      SimPlatform::mutex mutex;
      int locks = 0;
      mutex.lock();
      SimPlatform::thread other([&] {
        lock(mutex, locks);
        mutex.unlock();
      });
      SimPlatform::yield();
      mutex.unlock();
      other.join();
    });
    return log_.steps();
  }

  Engine engine_;
  History history_;
  StepLog log_;
};

TEST_F(SourceLinesOfSteps, NameTheLineThatCallsAPrimitive) {
  SourceLines sources;
  const auto is_lock_of_other = [](const LoggedStep& step) {
    return step.task == TaskId{1} && step.intent.kind == IntentKind::lock;
  };
  const auto step = std::ranges::find_if(steps(), is_lock_of_other);
  ASSERT_NE(step, log_.steps().end());

  const std::vector<SourceLine> callers = sources.callers(step->calls);

  ASSERT_EQ(callers.size() >= 2U, has_lines_of_source());
  if (!has_lines_of_source()) return;  // Then all there is are functions, which are the harness's.
  EXPECT_EQ(to_string(callers[0]),
            "sim/report/source_lines_test.cpp:" + std::to_string(line_of_lock));
  EXPECT_TRUE(callers[0].path.ends_with("/sim/report/source_lines_test.cpp")) << callers[0].path;
  EXPECT_EQ(callers[1].file, "sim/report/source_lines_test.cpp");
}

TEST_F(SourceLinesOfSteps, ComeWithWhatTheOthersWaitFor) {
  bool is_seen = false;
  for (const LoggedStep& step : steps()) {
    for (const Waiting& one : step.waiting)
      is_seen = is_seen || (one.task == TaskId{1} && one.held_by == TaskId{0} && !one.can_go_on);
  }
  EXPECT_TRUE(is_seen);
}

TEST(SourceLines, SayNothingOfAnAddressThatIsNoCode) {
  SourceLines sources;
  const std::uintptr_t nowhere = 1;

  EXPECT_TRUE(sources.of(std::span(&nowhere, 1)).empty());
}

TEST(SourceLines, LeaveOutThePlumbing) {
  EXPECT_TRUE(is_plumbing("sim/engine/sim_sync.h"));
  EXPECT_TRUE(is_plumbing("sim/scenario/driver.h"));
  EXPECT_TRUE(is_plumbing("/usr/include/c++/12/mutex"));
  EXPECT_FALSE(is_plumbing("core/pool/guarded_pool.h"));
  EXPECT_FALSE(is_plumbing("my_pool.h"));
}

}  // namespace
}  // namespace poolproof::sim
