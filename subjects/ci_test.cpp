// What `check` does for services that build and test: reports, stored failures, shards.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/report/source_lines.h>
#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

class CiReports : public CommandTest {
 protected:
  [[nodiscard]] Said check_lossy(std::vector<std::string> words) const {
    words.insert(words.begin(), {"check", "lossy", "--scenario", "two-by-two", "--scenario",
                                 "timeout-races-hand-off", "--schedules", "400"});
    return run(words);
  }
  [[nodiscard]] static std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// The names in the folder, in order.
  [[nodiscard]] std::vector<std::filesystem::path> stored() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "kept"))
      files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
  }
  [[nodiscard]] std::string token_of(const Said& said) const {
    return line_after(said.out, "replay with: poolproof replay ");
  }
};

TEST_F(CiReports, JunitHasATestCaseForEachScenarioWithTheTokenOfItsFailure) {
  const Said said = check_lossy({"--junit", path("junit.xml")});

  EXPECT_EQ(said.code, ExitCode::broken);
  const std::string xml = text_of(path("junit.xml"));
  EXPECT_TRUE(
      xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<testsuites tests=\"2\" failures=\"1\" errors=\"0\" "
                      "skipped=\"0\" time=\"0.000\">\n"
                      "  <testsuite name=\"poolproof.lossy\" tests=\"2\""))
      << xml;
  EXPECT_NE(
      xml.find(
          "    <testcase classname=\"lossy\" name=\"two-by-two\" time=\"0.000\">\n"
          "    </testcase>\n"
          "    <testcase classname=\"lossy\" name=\"timeout-races-hand-off\" time=\"0.000\">\n"
          "      <failure type=\"L3 conservation\" message=\"try_acquire of task 0 was "
          "refused"),
      std::string::npos)
      << xml;
  EXPECT_NE(xml.find("\nreplay with: poolproof replay " + token_of(said) + "\n</failure>"),
            std::string::npos)
      << xml;
}

TEST_F(CiReports, JunitSkipsWhatWasNotTried) {
  const Said said = run({"check", "lossy", "--scenario", "timeout-races-hand-off", "--scenario",
                         "two-by-two", "--junit", path("junit.xml")});

  EXPECT_EQ(said.code, ExitCode::broken);
  const std::string xml = text_of(path("junit.xml"));
  EXPECT_NE(xml.find("name=\"two-by-two\" time=\"0.000\">\n"
                     "      <skipped message=\"not begun: the check ended before\"/>\n"),
            std::string::npos)
      << xml;
}

TEST_F(CiReports, SarifNamesTheLineOfTheClash) {
  const Said said = check_lossy({"--sarif", path("found.sarif")});

  const auto run = nlohmann::json::parse(text_of(path("found.sarif")))["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["name"], "poolproof");
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["id"], "L3");
  const auto& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "L3");
  EXPECT_EQ(result["properties"]["token"], token_of(said));
  ASSERT_EQ(!result["locations"].empty(), sim::has_lines_of_source());
  if (!sim::has_lines_of_source()) return;
  const auto& place = result["locations"][0]["physicalLocation"];
  const std::string file = place["artifactLocation"]["uri"];
  EXPECT_TRUE(file.starts_with("subjects/")) << file;
  EXPECT_GT(place["region"]["startLine"], 0);
}

TEST_F(CiReports, SarifOfWhatHoldsHasNoResults) {
  const Said said = run({"check", "naive", "--scenario", "two-by-two", "--schedules", "10",
                         "--sarif", path("found.sarif")});

  EXPECT_EQ(said.code, ExitCode::held);
  const auto sarif = nlohmann::json::parse(text_of(path("found.sarif")));
  EXPECT_EQ(sarif["version"], "2.1.0");
  EXPECT_TRUE(sarif["runs"][0]["results"].empty());
}

TEST_F(CiReports, GithubGetsAnAnnotationForEachBrokenLaw) {
  const Said said = check_lossy({"--format", "github"});

  const std::string line =
      line_after(said.out, sim::has_lines_of_source() ? "::error file=" : "::error ");
  EXPECT_NE(line.find("title=L3 conservation is broken::lossy, scenario timeout-races-hand-off: "),
            std::string::npos)
      << said.out;
  EXPECT_TRUE(line.ends_with("%0Areplay with: poolproof replay " + token_of(said))) << line;
}

TEST_F(CiReports, AFailureIsKeptAndFoundFirstTheNextTime) {
  const Said first = check_lossy({"--regressions", path("kept")});
  const auto kept = stored();
  const Said second = run({"check", "lossy", "--scenario", "two-by-two", "--schedules", "10",
                           "--regressions", path("kept")});

  ASSERT_EQ(kept.size(), 1U);
  EXPECT_TRUE(kept[0].filename().string().starts_with("lossy.timeout-races-hand-off."));
  EXPECT_EQ(text_of(kept[0]), token_of(first) + "\n");
  EXPECT_EQ(second.code, ExitCode::broken);
  EXPECT_TRUE(
      line_after(second.out, "timeout-races-hand-off.").find("BROKEN in execution 0: L3") !=
      std::string::npos)
      << second.out;
  EXPECT_EQ(token_of(second), token_of(first));
  EXPECT_EQ(stored(), kept);  // Nothing is kept twice.
}

TEST_F(CiReports, StoredFailuresOfOthersAreNotRun) {
  static_cast<void>(check_lossy({"--regressions", path("kept")}));

  const Said said = run({"check", "naive", "--scenario", "two-by-two", "--schedules", "10",
                         "--regressions", path("kept")});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_TRUE(said.out.starts_with("Checking naive: 1 scenario,")) << said.out;
}

TEST_F(CiReports, AStoredScheduleThatNoLongerFitsHasItsScenarioSearched) {
  static_cast<void>(check_lossy({"--regressions", path("kept")}));
  const std::string file = stored()[0].string();
  const std::vector<sim::SubjectEntry> changed{
      sim::templated_subject<NaiveSubject>("lossy", "what became of it")};

  const Said said = run_command(changed, {"check", "lossy", "--scenario", "two-by-two",
                                          "--schedules", "10", "--regressions", path("kept")});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_EQ(said.err, file +
                          ": its schedule no longer fits lossy; its scenario is searched "
                          "instead\n");
  EXPECT_NE(line_after(said.out, "timeout-races-hand-off.").find(" 1,000 schedules "),
            std::string::npos)
      << said.out;
}

TEST_F(CiReports, TheScenarioOfATokenCanBeCheckedByItsFile) {
  static_cast<void>(check_lossy({"--regressions", path("kept")}));

  const Said said =
      run({"check", "naive", "--scenario", stored()[0].string(), "--schedules", "10"});

  EXPECT_EQ(said.code, ExitCode::held);
}

TEST_F(CiReports, AFileThatHoldsNoTokenIsRefused) {
  std::filesystem::create_directories(path("kept"));
  std::ofstream(path("kept/old.token")) << "pp1:lossy\n";

  const Said said = check_lossy({"--regressions", path("kept")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_TRUE(
      said.err.starts_with("poolproof: --regressions: " + path("kept/old.token") + ": token: "))
      << said.err;
}

TEST_F(CiReports, ShardsShareTheScenariosWithoutGapOrOverlap) {
  const std::vector<std::string> names{"two-by-two", "hand-off", "crowd", "nested", "drain"};
  std::vector<std::size_t> seen(names.size(), 0);

  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    std::vector<std::string> words{"check", "naive", "--schedules", "10", "--shard", shard};
    for (const std::string& name : names)
      words.insert(words.end(), {"--scenario", name});
    const Said said = run(words);
    EXPECT_EQ(said.code, ExitCode::held);
    for (std::size_t i = 0; i < names.size(); ++i)
      seen[i] += line_after(said.out, names[i] + " ").find(" held") != std::string::npos ? 1U : 0U;
  }

  EXPECT_EQ(seen, std::vector<std::size_t>(names.size(), 1));
}

TEST_F(CiReports, BadInputIsOneSentence) {
  const auto refusal = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"check", "naive", "--scenario", "two-by-two"});
    const Said said = run(words);
    EXPECT_EQ(said.code, ExitCode::bad_input);
    return said.err;
  };

  EXPECT_EQ(refusal({"--shard", "9/8"}),
            "poolproof: --shard: \"9/8\": expected a part and the number of parts, at most 10000, "
            "as in 3/8\n");
  EXPECT_EQ(refusal({"--shard", "1/2"}),
            "poolproof: --shard \"1/2\": expected at most as many parts as 1 scenario\n");
  EXPECT_EQ(refusal({"--format", "gitlab"}),
            "poolproof: --format: \"gitlab\": expected text or github\n");
  EXPECT_EQ(refusal({"--format", "github", "--json"}),
            "poolproof: --format \"github\": goes without --json\n");
  EXPECT_EQ(refusal({"--junit", path("none/junit.xml")}),
            "poolproof: --junit: " + path("none/junit.xml") +
                ": cannot be written: No such file or directory\n");
  EXPECT_EQ(refusal({"--threads", "real", "--regressions", path("kept")}),
            "poolproof: --regressions: goes with simulated threads and a strategy that goes by "
            "chance\n");
}

}  // namespace
}  // namespace poolproof::subjects
