// check --coverage and check --swarm.

#include <gtest/gtest.h>

#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

class CoverageCommand : public CommandTest {
 protected:
  [[nodiscard]] Said check(std::vector<std::string> words) const {
    words.insert(words.begin(), "check");
    return run(words);
  }
};

TEST_F(CoverageCommand, CountsInterleavingsAndSaysWhatWasNeverExercised) {
  const Said said = check(
      {"naive", "--scenario", "two-by-two", "--schedules", "400", "--jobs", "1", "--coverage"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_NE(said.out.find("\nCoverage: "), std::string::npos) << said.out;
  EXPECT_EQ(said.out, "");
}

TEST_F(CoverageCommand, SaysNothingWithoutBeingAsked) {
  const Said said = check({"naive", "--scenario", "two-by-two", "--schedules", "10"});

  EXPECT_EQ(said.out.find("Coverage"), std::string::npos) << said.out;
}

TEST_F(CoverageCommand, IsTheSameWithAnyNumberOfJobs) {
  const std::vector<std::string> words{"naive", "--scenario", "spurious-wakeups", "--schedules",
                                       "1000",  "--coverage", "--json",           "--jobs"};
  auto alone = words;
  auto together = words;
  alone.emplace_back("1");
  together.emplace_back("2");

  EXPECT_EQ(check(alone).out, check(together).out);
}

TEST_F(CoverageCommand, IsTheSameBesideAFailure) {
  const std::vector<std::string> words{"lossy",       "--scenario",  "timeout-races-hand-off",
                                       "--schedules", "1000",        "--coverage",
                                       "--json",      "--no-shrink", "--jobs"};
  auto alone = words;
  auto together = words;
  alone.emplace_back("1");
  together.emplace_back("2");

  const Said said = check(alone);

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_NE(said.out.find("\"new_in_last_tenth\": "), std::string::npos) << said.out;
  EXPECT_EQ(check(together).out, said.out);
}

TEST_F(CoverageCommand, CountsWhatAnExhaustiveSearchRuns) {
  const Said said = check({"naive", "--scenario", "exhaustive-three-for-one", "--strategy",
                           "exhaustive", "--coverage", "--jobs", "2"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_EQ(said.out, "");
}

TEST_F(CoverageCommand, NeedsSimulatedThreads) {
  const Said said = check({"naive", "--threads", "real", "--coverage"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err, "poolproof: --coverage: needs simulated threads, whose steps can be seen\n");
}

TEST_F(CoverageCommand, DrawsASwarmOfEachScenario) {
  const Said said = check({"naive", "--scenario", "execute-fails", "--scenario", "two-by-two",
                           "--schedules", "60", "--jobs", "1", "--swarm"});

  EXPECT_EQ(said.code, ExitCode::held) << said.out;
  EXPECT_EQ(said.out, "");
}

TEST_F(CoverageCommand, FindsAVariantAgainByItsName) {
  const std::vector<std::string> words{"lossy", "--seed", "3", "--schedules",
                                       "500",   "--jobs", "1"};
  auto swarm = words;
  swarm.insert(swarm.end(), {"--scenario", "timeout-races-hand-off~2"});

  const Said said = check(swarm);

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_EQ(said.out, "");
}

TEST_F(CoverageCommand, RefusesAVariantOfNothing) {
  const Said said = check({"naive", "--scenario", "nothing~2"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err,
            "poolproof: scenario \"nothing\": neither a scenario of the library nor a file; "
            "poolproof list names those of the library\n");
}

TEST_F(CoverageCommand, RefusesToGoOnWithASwarm) {
  const Said said = check({"naive", "--scenario", "two-by-two", "--strategy", "exhaustive",
                           "--resume", "a.state", "--swarm"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err, "poolproof: --swarm: makes many scenarios, and --resume goes on with one\n");
}

}  // namespace
}  // namespace poolproof::subjects
