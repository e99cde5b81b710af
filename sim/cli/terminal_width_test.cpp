#include <poolproof/sim/cli/terminal_width.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

TEST(TerminalWidth, IsWhatTheVariableSaysBeforeWhatTheTerminalSays) {
  EXPECT_EQ(width_of("90", 120), 90U);
  EXPECT_EQ(width_of(nullptr, 120), 120U);
}

TEST(TerminalWidth, IsAHundredWhenNobodyKnows) {
  EXPECT_EQ(width_of(nullptr, 0), 100U);
  EXPECT_EQ(width_of("wide", 0), 100U);
  EXPECT_EQ(width_of("", 0), 100U);
}

TEST(TerminalWidth, LeavesRoomForATable) {
  EXPECT_EQ(width_of("20", 0), 60U);
  EXPECT_EQ(width_of(nullptr, 1'000), 200U);
}

}  // namespace
}  // namespace poolproof::sim
