// check --strategy exhaustive, from the command line.

#include <fstream>

#include <gtest/gtest.h>

#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

class ExhaustiveCommand : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    std::ofstream(path("race.toml")) << "name = \"race\"\n"
                                        "[pool]\n"
                                        "max_size = 1\n"
                                        "min_size = 0\n"
                                        "[[clients]]\n"
                                        "count = 2\n"
                                        "repeat = 2\n"
                                        "steps = [\"acquire 1ms\", \"release\"]\n";
  }

  [[nodiscard]] Said check(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"check",      "lossy",           "--strategy", "exhaustive",
                                   "--scenario", path("race.toml"), "--jobs",     "1"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
};

TEST_F(ExhaustiveCommand, ShrinksWhatItFinds) {
  const Said said = check();

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_NE(said.out.find("  BROKEN: L"), std::string::npos) << said.out;
  EXPECT_TRUE(line_after(said.out, "shrunk from 2 clients, ")
                  .ends_with(" to 2 clients, 3 operations, 2 preemptions"))
      << said.out;
}

TEST_F(ExhaustiveCommand, NamesTheCommandThatFindsTheOriginal) {
  const Said said = check();
  const Said original = check({"--no-shrink"});

  EXPECT_EQ(line_after(said.out, "found with: "),
            "poolproof check lossy --seed 1 --strategy exhaustive --scenario " +
                path("race.toml") + " --no-shrink");
  EXPECT_TRUE(
      line_after(original.out, "replay with: poolproof replay ").starts_with("pp1:lossy:="))
      << original.out;
  EXPECT_EQ(line_after(original.out, "shrunk from "), "");
}

TEST_F(ExhaustiveCommand, GivesATokenThatReplaysTheShrunkFailure) {
  const Said said = check();

  const Said replayed = run({"replay", line_after(said.out, "replay with: poolproof replay ")});

  EXPECT_EQ(replayed.code, ExitCode::broken) << replayed.err;
  EXPECT_NE(replayed.out.find(" is broken: "), std::string::npos) << replayed.out;
}

}  // namespace
}  // namespace poolproof::subjects
