#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

/// Has nothing to give.
template <class Platform>
class StingySubject {
 public:
  using Lease = DbClient*;

  explicit StingySubject(const sim::Environment<Platform>&) {}
  std::expected<Lease, sim::Outcome> acquire(Duration) {
    return std::unexpected(sim::Outcome::timed_out);
  }
  void release(Lease&) {}
  DbClient* client(Lease& lease) { return lease; }
};

class BenchCommand : public CommandTest {
 protected:
  static Said bench(std::vector<std::string> words, std::vector<sim::SubjectEntry> subjects) {
    words.insert(words.begin(), "bench");
    words.insert(words.end(), {"--rounds", "2", "--round", "1ms"});
    return run_command(subjects, words);
  }
  [[nodiscard]] Said bench(std::vector<std::string> words) const {
    return bench(std::move(words), subjects_);
  }
};

TEST_F(BenchCommand, MeasuresSubjectsAndFloorsInTurn) {
  const Said said = bench({"naive", "lossy", "--size", "2"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_EQ(said.err, "");
  EXPECT_TRUE(said.out.starts_with("Medians of 2 rounds, "));
  EXPECT_NE(said.out.find("\n1 thread on 2 connections, given back at once\n"), std::string::npos);
  EXPECT_NE(said.out.find("\n8 threads on 2 connections, each held for 100 us\n"),
            std::string::npos);
  for (const char* row : {"no-pool", "mutex-deque-condition", "futex-hand-off", "naive", "lossy"})
    EXPECT_NE(line_after(said.out, row), "") << row;
}

TEST_F(BenchCommand, PrintsJsonAsGoogleBenchmarkDoes) {
  const Said said = bench({"naive", "--size", "1", "--json"});

  ASSERT_EQ(said.code, ExitCode::held);
  const auto json = nlohmann::json::parse(said.out);
  EXPECT_EQ(json["benchmarks"].size(), 5U * 4U * 2U);
  const auto& first = json["benchmarks"][0];
  EXPECT_EQ(first["name"], "cycle/no-pool/threads:1/size:1/hold_us:0");
  EXPECT_GT(first["cycles_per_s"], 0);
  EXPECT_FALSE(first.contains("p99_us"));
  EXPECT_TRUE(json["benchmarks"].back().contains("p99_us"));
}

TEST_F(BenchCommand, TakesTheFirstSubjectWhenNoneIsNamed) {
  EXPECT_NE(line_after(bench({"--size", "1"}).out, "naive"), "");
}

TEST_F(BenchCommand, RefusesFiguresOfAPoolThatGivesNothing) {
  const Said said =
      bench({"stingy"}, {sim::templated_subject<StingySubject>("stingy", "has nothing")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err,
            "poolproof: subject \"stingy\": an acquire ended with timed_out, so its figures mean "
            "nothing\n");
}

TEST_F(BenchCommand, RefusesWhatRunsInTheSimulatorOnly) {
  const Said said =
      bench({}, {sim::simulated_subject<StingySubject<sim::SimPlatform>>("simulated", "")});

  EXPECT_EQ(said.code, ExitCode::bad_input);
  EXPECT_EQ(said.err,
            "poolproof: subject \"simulated\": runs in the simulator only, and bench measures "
            "threads of the system\n");
}

TEST_F(BenchCommand, NamesTheOptionTheValueAndTheRule) {
  EXPECT_EQ(bench({"--size", "0"}).err,
            "poolproof: --size: \"0\": expected a whole number from 1 to 256\n");
  EXPECT_EQ(run({"bench", "--rounds", "many"}).err,
            "poolproof: --rounds: \"many\": expected a whole number from 1 to 1000\n");
  EXPECT_EQ(run({"bench", "--round", "2h"}).err,
            "poolproof: --round: \"2h\": expected a duration from 1ms to 1min\n");
  EXPECT_TRUE(bench({"nobody"}).err.starts_with("poolproof: subject \"nobody\": there is none"));
}

}  // namespace
}  // namespace poolproof::subjects
