#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include <gtest/gtest.h>

#include <poolproof/subjects/client_calls.h>
#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Opens a connection for everyone who asks.
template <class Platform>
class GreedySubject {
 public:
  using Lease = std::unique_ptr<DbClient>;

  static sim::Capabilities capabilities() {
    return {.idle_timeout = false, .max_lifetime = false, .observer = false, .why = "greedy"};
  }

  explicit GreedySubject(const sim::Environment<Platform>& environment)
      : factory_(environment.factory) {}

  std::expected<Lease, sim::Outcome> try_acquire() {
    Lease lease = connect_or_null(factory_, Instant::max());
    if (lease == nullptr) return std::unexpected(sim::Outcome::connect_failed);
    return lease;
  }
  std::expected<Lease, sim::Outcome> acquire(Duration) { return try_acquire(); }
  void release(Lease& lease) { lease.reset(); }
  DbClient* client(Lease& lease) { return lease.get(); }
  void close() {}

 private:
  DbClientFactory& factory_;
};

class CheckCommand : public CommandTest {
 protected:
  [[nodiscard]] Said check(std::vector<std::string> words) const {
    words.insert(words.begin(), "check");
    return run(words);
  }
};

TEST_F(CheckCommand, SaysWhatHeldAndWhatThatDoesNotProve) {
  const Said said = check({"naive", "--scenario", "two-by-two", "--scenario", "transactions-add",
                           "--schedules", "200", "--seed", "7"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_EQ(said.err, "");
  EXPECT_TRUE(said.out.starts_with(
      "Checking naive: 2 scenarios, strategy random, seed 7\n"
      "It offers acquire, release, try_acquire, close.\n"
      "It has no invalidate, ensure_min_size, health_check, metrics, resize, evict_all, drain.\n"
      "\n"
      "two-by-two              200 schedules        197 interleavings            -  held\n"
      "transactions-add  n/a: needs transactions, which naive declines\n"
      "\n"
      "Laws, as far as the above goes\n"
      "  L1   exclusivity                     held\n"
      "  L2   capacity                        held\n"))
      << said.out;
  EXPECT_NE(
      said.out.find("  L6   order                           n/a: the pool promises no order\n"),
      std::string::npos)
      << said.out;
  EXPECT_NE(said.out.find("\nWhat this does not prove\n"
                          "  - Tried: 200 schedules of 1 scenario, strategy random, seed 7. Not "
                          "applicable: 1 scenario. Nothing\n    is said about any other.\n"),
            std::string::npos)
      << said.out;
}

TEST_F(CheckCommand, ShowsWhatWasBrokenAndHowToSeeItAgain) {
  const Said said = check({"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "500"});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_EQ(said.err, "");
  EXPECT_NE(said.out.find("  L3   conservation                    BROKEN in "
                          "timeout-races-hand-off\n"),
            std::string::npos)
      << said.out;
  EXPECT_TRUE(line_after(said.out, "replay with: poolproof replay ").starts_with("pp1:lossy:="))
      << said.out;
}

TEST_F(CheckCommand, SaysHowMuchItShrankTheFailure) {
  const Said said = check({"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "500"});

  EXPECT_TRUE(line_after(said.out, "shrunk from 3 clients, ")
                  .ends_with(" to 2 clients, 3 operations, 2 preemptions"))
      << said.out;
}

TEST_F(CheckCommand, NamesTheCommandThatFindsTheOriginal) {
  const std::vector<std::string> words{"lossy", "--scenario", "timeout-races-hand-off",
                                       "--schedules"};
  auto shrinks = words;
  auto does_not = words;
  shrinks.emplace_back("500");
  does_not.insert(does_not.end(), {"500", "--no-shrink"});

  const std::string command = line_after(check(shrinks).out, "found with: ");
  const Said original = check(does_not);

  ASSERT_TRUE(
      command.starts_with("poolproof check lossy --seed 1 --scenario "
                          "timeout-races-hand-off --first "))
      << command;
  const std::string number = command.substr(command.find("--first ") + 8);
  const Said again = check({"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "1",
                            "--first", number.substr(0, number.find(' ')), "--no-shrink"});
  const std::string token = line_after(original.out, "replay with: poolproof replay ");
  EXPECT_TRUE(token.starts_with("pp1:lossy:timeout-races-hand-off:")) << original.out;
  EXPECT_EQ(line_after(again.out, "replay with: poolproof replay "), token);
  EXPECT_EQ(line_after(original.out, "shrunk from "), "");
}

TEST_F(CheckCommand, FindsTheSameFirstFailureWithAnyNumberOfJobs) {
  const std::vector<std::string> words{"lossy",       "--scenario", "timeout-races-hand-off",
                                       "--schedules", "500",        "--jobs"};
  auto alone = words;
  auto together = words;
  alone.emplace_back("1");
  together.emplace_back("2");

  const std::string token = line_after(check(alone).out, "replay with: poolproof replay ");

  EXPECT_NE(token, "");
  EXPECT_EQ(line_after(check(together).out, "replay with: poolproof replay "), token);
}

TEST_F(CheckCommand, CountsTheSameBesideAFailureWithAnyNumberOfJobs) {
  const auto counts_of = [this](const std::string& jobs) {
    const Said said = check({"lossy", "--scenario", "lease-outlives-pool", "--scenario",
                             "timeout-races-hand-off", "--keep-going", "--schedules", "20000",
                             "--no-shrink", "--jobs", jobs});
    EXPECT_EQ(said.code, ExitCode::broken) << said.err << said.out;
    return std::regex_replace(said.out, std::regex(" +[0-9,]+/s"), "");
  };
  const std::string alone = counts_of("1");

  EXPECT_EQ(counts_of("2"), alone);
  EXPECT_EQ(counts_of("5"), alone);
}

TEST_F(CheckCommand, WritesTheSameHistoryForTheSameSeed) {
  const std::vector<std::string> words{
      "naive",  "--scenario", "spurious-wakeups", "--schedules", "300",
      "--seed", "5",          "--jobs",           "2",           "--history"};
  auto first = words;
  auto second = words;
  first.push_back(path("first.jsonl"));
  second.push_back(path("second.jsonl"));

  EXPECT_EQ(check(first).code, ExitCode::held);
  EXPECT_EQ(check(second).code, ExitCode::held);

  EXPECT_NE(contents(path("first.jsonl")), "");
  EXPECT_EQ(contents(path("first.jsonl")), contents(path("second.jsonl")));
}

TEST_F(CheckCommand, GoesOnWhereAnotherRunStopped) {
  const Said whole =
      check({"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "500"});
  const std::string failed = line_after(whole.out, "timeout-races-hand-off  ");
  const auto number_at = failed.find("execution ") + 10;
  const std::string number = failed.substr(number_at, failed.find(':') - number_at);

  const Said from_there = check(
      {"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "1", "--first", number});

  EXPECT_EQ(from_there.code, ExitCode::broken);
  EXPECT_EQ(line_after(from_there.out, "replay with: "), line_after(whole.out, "replay with: "));
}

TEST_F(CheckCommand, LeavesTheFailureInTheReportFolder) {
  const Said said = check({"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "500",
                           "--report", path("report")});

  const std::string token = line_after(said.out, "replay with: poolproof replay ");
  EXPECT_EQ(contents(path("report/failure.token")), token + "\n");
  EXPECT_TRUE(contents(path("report/scenario.toml")).starts_with("name = "));
  EXPECT_NE(contents(path("report/history.jsonl")), "");
  EXPECT_TRUE(contents(path("report/trace.txt")).starts_with("L3 conservation is broken: "));
  EXPECT_NE(contents(path("report/report.json")).find("\"token\": \"" + token + "\""),
            std::string::npos);
}

TEST_F(CheckCommand, KeepsGoingWhenAsked) {
  const std::vector<std::string> words{"lossy",      "--scenario", "timeout-races-hand-off",
                                       "--scenario", "two-by-two", "--schedules",
                                       "1000"};
  auto keeps_going = words;
  keeps_going.insert(keeps_going.end(), {"--keep-going", "--report", path("report")});

  const Said stops = check(words);
  const Said goes_on = check(keeps_going);

  EXPECT_EQ(line_after(stops.out, "two-by-two  "), "");
  EXPECT_NE(line_after(goes_on.out, "two-by-two  "), "");
  EXPECT_EQ(goes_on.code, ExitCode::broken);
  EXPECT_TRUE(std::filesystem::exists(path("report/timeout-races-hand-off/failure.token")));
  EXPECT_FALSE(std::filesystem::exists(path("report/two-by-two")));
}

TEST_F(CheckCommand, RefusesAFolderThatCannotBeWrittenBeforeItBegins) {
  std::ofstream(path("file")) << "no folder";

  const Said said = check({"lossy", "--report", path("file")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "poolproof: --report: " + path("file") +
                          ": cannot be made a folder: Not a directory\n");
}

TEST_F(CheckCommand, RefusesAHistoryThatCannotBeWrittenBeforeItBegins) {
  const Said said = check({"lossy", "--history", path("none/h.jsonl")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "poolproof: --history: " + path("none/h.jsonl") +
                          ": cannot be written: No such file or directory\n");
}

TEST_F(CheckCommand, ChecksAScenarioFromAFile) {
  std::ofstream(path("mine.toml")) << "name = \"mine\"\n[pool]\nmax_size = 1\nmin_size = 0\n"
                                      "[[clients]]\ncount = 2\nsteps = [\"acquire 1ms\"]\n";

  const Said said = check({"lossy", "--scenario", path("mine.toml"), "--schedules", "1000"});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_TRUE(line_after(said.out, "replay with: ").starts_with("poolproof replay pp1:lossy:="))
      << said.out;
}

TEST_F(CheckCommand, PassesOnTheScenariosErrors) {
  std::ofstream(path("bad.toml")) << "name = \"mine\"\nnoise = 1\n[[clients]]\nsteps = []\n";

  const Said said = check({"lossy", "--scenario", path("bad.toml")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_TRUE(said.err.starts_with("poolproof: " + path("bad.toml") + ":2: noise")) << said.err;
}

TEST_F(CheckCommand, PrintsJsonAndNothingElse) {
  const Said said = check({"naive", "--scenario", "two-by-two", "--scenario", "transactions-add",
                           "--schedules", "10", "--json"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_TRUE(said.out.starts_with("{\n  \"subject\": \"naive\",\n  \"order\": \"none\",\n"))
      << said.out;
  EXPECT_NE(said.out.find("    {\n"
                          "      \"name\": \"transactions-add\",\n"
                          "      \"status\": \"n/a\",\n"
                          "      \"needs\": \"transactions\"\n"
                          "    }\n"),
            std::string::npos)
      << said.out;
  EXPECT_TRUE(said.out.ends_with("}\n")) << said.out;
}

TEST_F(CheckCommand, RunsWhatIsLeftOfAScenarioAndSaysWhatIsNot) {
  const Said said = check({"naive", "--scenario", "drain", "--schedules", "10"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_NE(said.out.find("  held without drain\n"), std::string::npos) << said.out;
}

TEST_F(CheckCommand, FindsAFailureInADrawnScenarioAgainByItsExecution) {
  const Said said = check({"lossy", "--scenario", "drawn", "--schedules", "20000"});
  ASSERT_EQ(said.code, ExitCode::broken) << said.err << said.out;
  const std::string found = "found with: poolproof check lossy --seed 1 --scenario drawn --first ";
  const auto at = said.out.find(found);
  ASSERT_NE(at, std::string::npos) << said.out;
  const auto from = at + found.size();
  const std::string number = said.out.substr(from, said.out.find(' ', from) - from);

  const Said again = check(
      {"lossy", "--scenario", "drawn", "--first", number, "--schedules", "1", "--no-shrink"});
  const Said with_one_job = check(
      {"lossy", "--scenario", "drawn", "--schedules", "20000", "--jobs", "1", "--no-shrink"});

  EXPECT_EQ(again.code, ExitCode::broken);
  EXPECT_NE(again.out.find("BROKEN in execution " + number + ": "), std::string::npos)
      << again.out;
  EXPECT_NE(with_one_job.out.find("BROKEN in execution " + number + ": "), std::string::npos);
}

TEST_F(CheckCommand, FindsTheSameByFeedbackWithAnyNumberOfJobs) {
  const auto first_of = [this](const std::string& jobs) {
    const Said said = check({"lossy", "--explore", "--scenario", "drawn", "--schedules", "20000",
                             "--jobs", jobs, "--no-shrink"});
    EXPECT_EQ(said.code, ExitCode::broken) << said.err << said.out;
    const auto at = said.out.find("BROKEN in execution ");
    return at == std::string::npos ? "" : said.out.substr(at, said.out.find('\n', at) - at);
  };
  const std::string alone = first_of("1");

  EXPECT_NE(alone, "");
  EXPECT_EQ(first_of("3"), alone);
}

TEST_F(CheckCommand, SaysThatALawIsBrokenAlsoWhenAFileCannotBeWritten) {
  const Said said = check({"lossy", "--scenario", "timeout-races-hand-off", "--schedules", "500",
                           "--history", "/dev/full"});

  EXPECT_EQ(said.code, ExitCode::broken);
  EXPECT_NE(said.err.find("/dev/full: cannot be written: No space left on device"),
            std::string::npos)
      << said.err;
}

TEST_F(CheckCommand, RefusesToExploreFromTheMiddle) {
  const Said said = check({"lossy", "--explore", "--first", "7"});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err,
            "poolproof: --explore: learns from the first execution on: it takes neither --first "
            "nor --coverage\n");
}

TEST_F(CheckCommand, SaysWhichLawsNothingPutToTheTest) {
  std::ofstream(path("calm.toml")) << "name = \"calm\"\n[pool]\nmin_size = 0\nmax_size = 1\n"
                                      "[[clients]]\nsteps = [\"acquire\", \"release\"]\n";

  const Said said = check({"naive", "--scenario", path("calm.toml"), "--schedules", "1"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_NE(
      said.out.find("  L5   no lost wake-up                 not tried: a caller that sleeps\n"),
      std::string::npos)
      << said.out;
}

TEST_F(CheckCommand, EndsWhenItsTimeIsOver) {
  const Said said = check({"naive", "--scenario", "two-by-two", "--time", "10ms"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_NE(said.out.find("  held\n"), std::string::npos) << said.out;
}

TEST_F(CheckCommand, JudgesRealThreads) {
  const Said said =
      check({"naive", "--scenario", "two-by-two", "--threads", "real", "--schedules", "3"});

  EXPECT_EQ(said.code, ExitCode::held) << said.out;
  EXPECT_TRUE(said.out.starts_with("Checking naive: 1 scenario, real threads, seed 1\n"))
      << said.out;
  EXPECT_NE(said.out.find("  - Tried: 3 runs of 1 scenario, real threads, seed 1."),
            std::string::npos)
      << said.out;
}

TEST_F(CheckCommand, GoesThroughEveryScenarioOnRealThreads) {
  for (const std::string name : {"first", "second"}) {
    std::ofstream(path(name.c_str()))
        << "name = \"" << name << "\"\n"
        << "[pool]\nmin_size = 0\nmax_size = 1\n"
        << "[[clients]]\nsteps = [\"try_acquire\", \"try_acquire\"]\n";
  }
  const std::vector<sim::SubjectEntry> greedy{
      sim::templated_subject<GreedySubject>("greedy", "knows no limit")};

  const Said said = run_command(greedy, {"check", "greedy", "--threads", "real", "--scenario",
                                         path("first"), "--scenario", path("second")});

  EXPECT_EQ(said.code, ExitCode::broken) << said.err;
  EXPECT_NE(said.out.find("  L2   capacity                        BROKEN in first, second\n"),
            std::string::npos)
      << said.out;
}

}  // namespace
}  // namespace poolproof::subjects
