#include <gtest/gtest.h>

#include <poolproof/subjects/broken/lossy_pool.h>
#include <poolproof/subjects/command_runner.h>
#include <poolproof/subjects/naive_pool.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

const std::vector<sim::SubjectEntry>& subjects() {
  static const std::vector<sim::SubjectEntry> all{
      sim::templated_subject<NaiveSubject>("naive", "right"),
      sim::templated_subject<LossySubject>("lossy", "broken")};
  return all;
}

TEST(DetectCommand, CountsTheSchedulesToTheFirstFailure) {
  const Said said = run_command(
      subjects(), {"detect", "lossy", "--strategy", "random", "--scenario", "two-by-two",
                   "--scenario", "timeout-races-hand-off", "--seeds", "2"});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_TRUE(said.out.starts_with("random\n  seed 1    L")) << said.out;
  EXPECT_NE(said.out.find("\n  seed 2    L"), std::string::npos) << said.out;
  EXPECT_NE(said.out.find(", in timeout-races-hand-off execution "), std::string::npos);
}

TEST(DetectCommand, FindsTheExecutionThatCheckFinds) {
  const Said detected =
      run_command(subjects(), {"detect", "lossy", "--strategy", "random", "--scenario",
                               "timeout-races-hand-off", "--seeds", "1", "--json"});
  const std::string begin = "\"token\": \"";
  const auto from = detected.out.find(begin) + begin.size();
  const std::string token = detected.out.substr(from, detected.out.find('"', from) - from);
  const Said checked =
      run_command(subjects(), {"check", "lossy", "--scenario", "timeout-races-hand-off", "--jobs",
                               "1", "--schedules", "100000", "--no-shrink"});

  EXPECT_FALSE(token.empty());
  EXPECT_NE(checked.out.find(token), std::string::npos) << token << "\n" << checked.out;
}

TEST(DetectCommand, SaysHowSmallTheFirstFailureOfAStrategyBecomes) {
  const Said said =
      run_command(subjects(), {"detect", "lossy", "--strategy", "random", "--scenario",
                               "timeout-races-hand-off", "--seeds", "2", "--json"});
  const std::string shrunk =
      "\"shrunk\": {\n"
      "            \"clients\": 2,\n"
      "            \"operations\": 3,\n"
      "            \"preemptions\": 2,\n"
      "            \"token\": \"pp1:lossy:";

  EXPECT_NE(said.out.find(shrunk), std::string::npos) << said.out;
  EXPECT_EQ(said.out.find(shrunk), said.out.rfind(shrunk)) << said.out;
}

TEST(DetectCommand, GivesAStrategyUpAfterSeedsThatFoundNothing) {
  const Said said = run_command(
      subjects(), {"detect", "naive", "--strategy", "random", "--scenario", "two-by-two",
                   "--schedules", "50", "--seeds", "9", "--give-up", "2"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_EQ(said.out,
            "random\n"
            "  seed 1    nothing in 50 schedules\n"
            "  seed 2    nothing in 50 schedules\n");
}

TEST(DetectCommand, RefusesAStrategyThatThereIsNot) {
  const Said said = run_command(subjects(), {"detect", "naive", "--strategy", "clever"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err,
            "poolproof: --strategy: \"clever\": there is no such strategy; poolproof list names "
            "them\n");
}

TEST(DetectCommand, RefusesAStrategyWithoutSeeds) {
  const Said said = run_command(subjects(), {"detect", "naive", "--strategy", "exhaustive"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err, "poolproof: --strategy: \"exhaustive\": has no seeds to count over\n");
}

}  // namespace
}  // namespace poolproof::subjects
