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
  EXPECT_NE(
      said.out.find(
          "\nCoverage: interleavings up to the order of independent steps\n"
          "  two-by-two        400 executions         53 interleavings        1 new in the "
          "last tenth\n"
          "\n"
          "Never exercised\n"
          "  scheduling points: 25 of 34: try_lock mutex, lock shared_mutex, lock_shared "
          "shared_mutex, unlock\n"
          "    shared_mutex, load atomic, store atomic, exchange atomic, compare_exchange atomic, "
          "wait on\n"
          "    atomic, notify atomic, acquire semaphore, release semaphore, lock mutex, "
          "lock_shared "
          "mutex,\n"
          "    unlock mutex, count down latch, wait on latch, arrive at barrier, wait on barrier, "
          "call_once\n"
          "    once_flag, look at stop_token, park on parker, unpark parker, yield, sleep\n"
          "  connection states: none of 4\n"
          "  transitions: 2 of 7: opening to failed, in_use to invalid\n"
          "  decisions: 2 of 7: acquire refuses, release closes\n"
          "  operations: 3 of 8: use_ended, leave, move\n"),
      std::string::npos)
      << said.out;
}

TEST_F(CoverageCommand, PrintsTheSameAsJson) {
  const Said said = check({"naive", "--scenario", "two-by-two", "--schedules", "400", "--jobs",
                           "1", "--coverage", "--json"});

  EXPECT_NE(said.out.find("      \"coverage\": {\n"
                          "        \"executions\": 400,\n"
                          "        \"interleavings\": 53,\n"
                          "        \"new_in_last_tenth\": 1\n"
                          "      }\n"),
            std::string::npos)
      << said.out;
  EXPECT_NE(said.out.find("      \"never\": [\n"
                          "        \"opening to failed\",\n"
                          "        \"in_use to invalid\"\n"
                          "      ]\n"),
            std::string::npos)
      << said.out;
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
  EXPECT_NE(said.out.find("\n  exhaustive-three-for-one      2,496 executions      2,328 "
                          "interleavings\n"),
            std::string::npos)
      << said.out;
}

TEST_F(CoverageCommand, NeedsSimulatedThreads) {
  const Said said = check({"naive", "--threads", "real", "--coverage"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err, "poolproof: --coverage: needs simulated threads, whose steps can be seen\n");
}

TEST_F(CoverageCommand, DrawsASwarmOfEachScenario) {
  const Said said = check({"naive", "--scenario", "execute-fails", "--scenario", "two-by-two",
                           "--schedules", "60", "--jobs", "1", "--swarm"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_TRUE(said.out.starts_with(
      "Checking naive: 6 scenarios, strategy random, seed 1\n"
      "It offers acquire, release, try_acquire, close.\n"
      "It has no invalidate, ensure_min_size, health_check, metrics, resize, evict_all, drain.\n"
      "\n"
      "execute-fails           10 schedules "))
      << said.out;
  EXPECT_NE(said.out.find("\nexecute-fails~7         10 schedules "), std::string::npos)
      << said.out;
  EXPECT_EQ(said.out.find("two-by-two~"), std::string::npos) << said.out;
}

TEST_F(CoverageCommand, FindsAVariantAgainByItsName) {
  const Said said = check({"lossy", "--seed", "3", "--schedules", "500", "--jobs", "1",
                           "--scenario", "timeout-races-hand-off~2"});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_EQ(line_after(said.out, "found with: "),
            "poolproof check lossy --seed 3 --scenario timeout-races-hand-off~2 --first 8 "
            "--schedules 1 --no-shrink");
  const Said replayed = run({"replay", line_after(said.out, "replay with: poolproof replay ")});
  EXPECT_EQ(replayed.code, ExitCode::broken) << replayed.err;
  EXPECT_TRUE(
      replayed.out.starts_with("Replaying lossy: scenario timeout-races-hand-off~2-shrunk, "))
      << replayed.out;
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
