#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

class VerifyCommand : public CommandTest {
 protected:
  /// What a check of `subject` wrote.
  [[nodiscard]] std::string recorded(const char* subject) const {
    const Said said = run({"check", subject, "--scenario", "timeout-races-hand-off", "--schedules",
                           "500", "--history", path("h.jsonl")});
    EXPECT_NE(said.code, ExitCode::bad_input) << said.err;
    return path("h.jsonl");
  }
};

TEST_F(VerifyCommand, AcceptsWhatCheckWrote) {
  const Said said = run({"verify", recorded("naive")});

  EXPECT_EQ(said.code, ExitCode::held) << said.out << said.err;
  EXPECT_NE(said.out.find("\nLaws\n  L1   exclusivity                     held\n"),
            std::string::npos)
      << said.out;
}

TEST_F(VerifyCommand, FindsWhatCheckFound) {
  const Said said = run({"verify", recorded("lossy")});

  EXPECT_EQ(said.code, ExitCode::broken) << said.out << said.err;
  EXPECT_NE(said.out.find("  L3   conservation                    BROKEN\n"), std::string::npos)
      << said.out;
}

TEST_F(VerifyCommand, DoesNotCallHeldWhatWasTooMuchWork) {
  std::ofstream file(path("crowd.jsonl"));
  file << R"({"poolproof_history":1,"pool":{"min_size":0,"max_size":1},"capabilities":{}})"
       << "\n";
  for (int task = 1; task <= 80; ++task)
    file << R"({"at":0,"event":"call","task":)" << task << R"(,"operation":"acquire","timeout":0})"
         << "\n";
  for (int task = 1; task <= 80; ++task)
    file << R"({"at":0,"event":"return","task":)" << task
         << R"(,"operation":"acquire","outcome":"timed_out"})"
         << "\n";
  file.close();

  const Said said = run({"verify", path("crowd.jsonl")});
  const Said json = run({"verify", path("crowd.jsonl"), "--json"});

  EXPECT_EQ(said.code, ExitCode::held) << said.err;
  EXPECT_NE(said.out.find("  L15  linearizability                 unknown: judging it would have "
                          "been too much work\n"),
            std::string::npos)
      << said.out;
  EXPECT_NE(json.out.find("\"verdict\": \"unknown\""), std::string::npos) << json.out;
}

TEST_F(VerifyCommand, LetsTheCommandLineOverrideTheFile) {
  const std::string history = recorded("naive");

  const Said fifo = run({"verify", history, "--order", "fifo"});
  const Said without = run({"verify", history, "--decline", "close"});

  EXPECT_EQ(fifo.out.find("the pool promises no order"), std::string::npos) << fifo.out;
  EXPECT_NE(without.out.find("  L12  shutdown                        n/a: the pool cannot be "
                             "closed\n"),
            std::string::npos)
      << without.out;
}

TEST_F(VerifyCommand, RefusesSizesThatDoNotFitTogether) {
  const Said said = run({"verify", recorded("naive"), "--max-size", "1", "--min-size", "2"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err, "poolproof: min_size 2: must not exceed max_size 1\n");
}

TEST_F(VerifyCommand, PrintsJson) {
  const Said said = run({"verify", recorded("lossy"), "--json"});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_TRUE(
      said.out.starts_with("{\n  \"verdict\": \"broken\",\n  \"violations\": [\n"
                           "    {\n      \"law\": \"L3\",\n"))
      << said.out;
}

TEST_F(VerifyCommand, PassesOnWhatIsWrongWithTheFile) {
  std::ofstream(path("bad.jsonl")) << "not json\n";

  const Said bad = run({"verify", path("bad.jsonl")});
  const Said none = run({"verify", path("none.jsonl")});

  EXPECT_EQ(bad.code, ExitCode::bad_input);
  EXPECT_TRUE(bad.err.starts_with("poolproof: " + path("bad.jsonl") + ": line 1: ")) << bad.err;
  EXPECT_EQ(none.code, ExitCode::bad_input);
  EXPECT_EQ(none.err,
            "poolproof: " + path("none.jsonl") + ": cannot be read: No such file or directory\n");
}

}  // namespace
}  // namespace poolproof::subjects
