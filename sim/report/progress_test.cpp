#include <poolproof/sim/report/progress.h>

#include <atomic>
#include <sstream>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

Progress half_way() {
  return {.scenario = "hand-off",
          .number = 12,
          .of = 54,
          .schedules = 1234,
          .interleavings = 1100,
          .elapsed = std::chrono::milliseconds(500),
          .left = std::chrono::milliseconds(11'001)};
}

TEST(Progress, SaysHowFarAndHowFast) {
  EXPECT_EQ(progress_text(half_way()),
            "[12/54] hand-off: 1,234 schedules, 2,468/s, 1,100 interleavings, 12s left");
}

TEST(Progress, SaysOnlyWhatIsKnown) {
  Progress progress = half_way();
  progress.schedules = 0;
  progress.elapsed = Duration::zero();
  progress.interleavings = 0;
  progress.left.reset();

  EXPECT_EQ(progress_text(progress), "[12/54] hand-off: 0 schedules, -");
}

TEST(Progress, SaysThatAFailureIsBeingShrunk) {
  Progress progress = half_way();
  progress.shrinking = 4321;

  EXPECT_NE(progress_text(progress).find(", shrinking: 4,321 executions, "), std::string::npos);
}

TEST(Progress, CountsMinutes) {
  Progress progress = half_way();
  progress.left = std::chrono::seconds(125);

  EXPECT_TRUE(progress_text(progress).ends_with(", 2min 05s left"));
}

TEST(Progress, StaysOnOneLine) {
  Progress progress = half_way();
  progress.scenario = std::string(200, 'x');

  EXPECT_EQ(progress_text(progress).size(), 99U);
}

TEST(ProgressLine, RewritesItsLineAndLeavesNothingBehind) {
  std::ostringstream out;
  std::atomic<int> asked{0};
  {
    const ProgressLine line(&out, [&asked] {
      ++asked;
      asked.notify_all();
      return half_way();
    });
    for (int seen = 0; seen < 2; seen = asked)
      asked.wait(seen);
  }

  const std::string clear = "\r\x1b[K";
  EXPECT_TRUE(out.str().starts_with(clear + progress_text(half_way()) + clear)) << out.str();
  EXPECT_TRUE(out.str().ends_with(progress_text(half_way()) + clear)) << out.str();
}

TEST(ProgressLine, AsksNobodyWhereThereIsNoTerminal) {
  const ProgressLine line(nullptr, []() -> Progress {
    ADD_FAILURE() << "asked";
    return {};
  });
}

}  // namespace
}  // namespace poolproof::sim
