#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/report/source_lines.h>
#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

class ReplayCommand : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    const Said said =
        run_command(subjects_, {"check", "lossy", "--scenario", "timeout-races-hand-off",
                                "--schedules", "500", "--no-shrink"});
    const std::string begin = "replay with: poolproof replay ";
    const auto at = said.out.find(begin) + begin.size();
    token_ = said.out.substr(at, said.out.find('\n', at) - at);
    found_ = said.out;
  }

  [[nodiscard]] Said replay(std::vector<std::string> words) const {
    words.insert(words.begin(), "replay");
    return run(words);
  }

  std::string token_;
  std::string found_;
};

TEST_F(ReplayCommand, ShowsTheSameFailureAgainAndAgain) {
  const Said first = replay({token_});
  const Said second = replay({token_});

  EXPECT_EQ(first.code, ExitCode::broken);
  EXPECT_TRUE(first.out.starts_with("Replaying lossy: scenario timeout-races-hand-off, "))
      << first.out;
  EXPECT_EQ(first.out, second.out);
  const auto trace_at = first.out.find("           time  ");
  ASSERT_NE(trace_at, std::string::npos) << first.out;
  EXPECT_NE(found_.find(first.out.substr(trace_at)), std::string::npos) << found_;
}

TEST_F(ReplayCommand, ListsTheStepsWhenAsked) {
  const Said said = replay({token_, "--trace"});

  EXPECT_NE(said.out.find("\n  step      time  task                  does"
                          "                             where\n"
                          "     1        0s  main                  spawn task #1"),
            std::string::npos)
      << said.out;
  const char* where = sim::has_lines_of_source()
                          ? " subjects/broken/lossy_pool.h:"
                          : " poolproof::subjects::LossyPool::acquire in subjects_tests\n";
  EXPECT_NE(said.out.find(where), std::string::npos) << said.out;
}

TEST_F(ReplayCommand, WritesTheFilesThatCheckWrites) {
  EXPECT_EQ(replay({token_, "--report", path("report")}).code, ExitCode::broken);

  std::string page;
  std::getline(std::ifstream(path("report") + "/report.html"), page, '\0');
  EXPECT_NE(page.find(R"("token":")" + token_), std::string::npos) << page;
  std::string token;
  std::getline(std::ifstream(path("report") + "/failure.token"), token);
  EXPECT_EQ(token, token_);
  EXPECT_TRUE(std::filesystem::exists(path("report") + "/trace.json"));
}

TEST_F(ReplayCommand, RefusesAReportFolderThatCannotBe) {
  std::ofstream(path("file")) << "in the way";

  const Said said = replay({token_, "--report", path("file")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err, "poolproof: --report: " + path("file") +
                          ": cannot be made a folder: Not a directory\n");
}

// A stop without a debugger would be the end of this program.
TEST_F(ReplayCommand, RefusesToStopWithoutADebugger) {
  const Said said = replay({token_, "--break-at", "3"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err,
            "poolproof: --break-at 3: stops in a debugger, and none is attached; begin the same "
            "command with gdb --args\n");
}

TEST_F(ReplayCommand, ReadsTheTokenFromAFile) {
  std::ofstream(path("failure.token")) << token_ << "\r\n";

  EXPECT_EQ(replay({path("failure.token")}).out, replay({token_}).out);
}

TEST_F(ReplayCommand, PrintsJsonAndTheHistory) {
  const Said said = replay({token_, "--json", "--history", path("h.jsonl")});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_TRUE(
      said.out.starts_with("{\n"
                           "  \"subject\": \"lossy\",\n"
                           "  \"scenario\": \"timeout-races-hand-off\",\n"
                           "  \"token\": \"" +
                           token_ +
                           "\",\n"
                           "  \"verdict\": \"broken\",\n"))
      << said.out;
  EXPECT_TRUE(std::filesystem::exists(path("h.jsonl")));
}

TEST_F(ReplayCommand, RefusesADamagedToken) {
  std::string damaged = token_;
  damaged[damaged.rfind(':') - 1] ^= 1;

  const Said said = replay({damaged});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.out, "");
  EXPECT_TRUE(said.err.starts_with("poolproof: token: fingerprint \"")) << said.err;
}

TEST_F(ReplayCommand, RefusesAScheduleThatNoLongerFits) {
  const auto token = sim::parse_token(token_);
  ASSERT_TRUE(token.has_value());
  sim::Schedule longer = token->schedule;
  longer.push_back({.options = 2, .chosen = 1, .kind = sim::ChoiceKind::task});
  const std::string for_another = sim::print_token("naive", token->scenario, token->schedule);

  const Said too_long = replay({sim::print_token("lossy", token->scenario, longer)});
  const Said other_pool = replay({for_another});

  EXPECT_EQ(too_long.code, ExitCode::bad_input);
  EXPECT_EQ(too_long.err,
            "poolproof: the schedule no longer fits lossy: the execution ended after " +
                std::to_string(token->schedule.size()) + " choices, the schedule has " +
                std::to_string(longer.size()) + "\n");
  EXPECT_EQ(other_pool.code, ExitCode::bad_input);
  EXPECT_TRUE(other_pool.err.starts_with("poolproof: the schedule no longer fits naive: "))
      << other_pool.err;
}

TEST_F(ReplayCommand, RefusesAScheduleWhoseChoicesWereOfAnotherKind) {
  const auto token = sim::parse_token(token_);
  ASSERT_TRUE(token.has_value());
  sim::Schedule other = token->schedule;
  for (sim::Choice& choice : other)
    choice.kind = sim::ChoiceKind::number;

  const Said said = replay({sim::print_token("lossy", token->scenario, other)});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_TRUE(
      said.err.starts_with("poolproof: the schedule no longer fits lossy: its fingerprint "
                           "is \""))
      << said.err;
}

TEST_F(ReplayCommand, RefusesWhatIsNeitherTokenNorFile) {
  const Said no_file = replay({path("none")});
  std::ofstream(path("noise")) << "noise\n";
  const Said noise = replay({path("noise")});

  EXPECT_EQ(no_file.code, ExitCode::bad_input);
  EXPECT_EQ(no_file.err, "poolproof: " + path("none") +
                             ": cannot be read: No such file or directory; and it is no token, "
                             "which begins with \"pp1:\"\n");
  EXPECT_EQ(noise.code, ExitCode::bad_input);
  EXPECT_EQ(noise.err,
            "poolproof: " + path("noise") + ": token: \"noise\": it begins with \"pp1:\"\n");
}

TEST_F(ReplayCommand, RefusesASubjectThatIsNotHere) {
  const auto token = sim::parse_token(token_);
  ASSERT_TRUE(token.has_value());

  const Said said = replay({sim::print_token("other", token->scenario, token->schedule)});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err,
            "poolproof: subject \"other\": there is none of that name, only naive, lossy\n");
}

}  // namespace
}  // namespace poolproof::subjects
