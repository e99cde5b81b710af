#include <poolproof/sim/cli/command_line.h>

#include <sstream>

#include <gtest/gtest.h>

#include <poolproof/mocks/manual_clock.h>

namespace poolproof::sim {
namespace {

using std::chrono::milliseconds;

struct Read {
  Command command;
  std::string out;
  std::string err;
};

Read read(std::vector<const char*> words) {
  words.insert(words.begin(), "poolproof");
  std::ostringstream out;
  std::ostringstream err;
  const mocks::ManualClock clock;
  Console console{.out = out, .err = err, .clock = clock};
  Command command = read_command_line(static_cast<int>(words.size()), words.data(), console);
  return {std::move(command), out.str(), err.str()};
}

/// The sentence with which `words` are refused.
std::string refusal(std::vector<const char*> words) {
  const Read read_back = read(std::move(words));
  EXPECT_EQ(std::get<ExitCode>(read_back.command), ExitCode::bad_input);
  EXPECT_EQ(read_back.out, "");
  return read_back.err;
}

TEST(CommandLine, ReadsEveryOptionOfCheck) {
  const Read all = read(
      {"check",      "lossy",  "--scenario",  "a",          "--scenario", "b.toml",
       "--strategy", "random", "--schedules", "7",          "--seed",     "18446744073709551615",
       "--first",    "9",      "--jobs",      "2",          "--threads",  "real",
       "--report",   "there",  "--history",   "file.jsonl", "--json",     "--keep-going"});

  const auto& check = std::get<CheckOptions>(all.command);
  EXPECT_EQ(check.subject, "lossy");
  EXPECT_EQ(check.scenarios, (std::vector<std::string>{"a", "b.toml"}));
  EXPECT_EQ(check.schedules, 7U);
  EXPECT_EQ(check.seed, 18446744073709551615U);
  EXPECT_EQ(check.first, 9U);
  EXPECT_EQ(check.jobs, 2U);
  EXPECT_EQ(check.threads, ThreadKind::real);
  EXPECT_EQ(check.report_folder, "there");
  EXPECT_EQ(check.history_file, "file.jsonl");
  EXPECT_TRUE(check.json);
  EXPECT_TRUE(check.keep_going);
}

TEST(CommandLine, LeavesWhatIsNotSaidToTheDefaults) {
  const Read bare = read({"check"});

  const auto& check = std::get<CheckOptions>(bare.command);
  EXPECT_EQ(check.subject, "");
  EXPECT_TRUE(check.scenarios.empty());
  EXPECT_EQ(check.strategy, "random");
  EXPECT_FALSE(check.schedules.has_value());
  EXPECT_FALSE(check.time.has_value());
  EXPECT_EQ(check.seed, 1U);
  EXPECT_FALSE(check.threads.has_value());
}

TEST(CommandLine, ReadsHowMuchToShrink) {
  EXPECT_EQ(std::get<CheckOptions>(read({"check"}).command).shrink_budget, 20'000U);
  EXPECT_EQ(std::get<CheckOptions>(read({"check", "--no-shrink"}).command).shrink_budget, 0U);
  EXPECT_EQ(std::get<CheckOptions>(read({"check", "--shrink-budget", "77"}).command).shrink_budget,
            77U);
  EXPECT_EQ(refusal({"check", "--shrink-budget", "many"}),
            "poolproof: --shrink-budget: \"many\": expected a whole number from 0 to "
            "1000000000000000\n");
}

TEST(CommandLine, ReadsHowToExplore) {
  const auto options =
      std::get<CheckOptions>(read({"check", "--strategy", "exhaustive", "--preemptions", "2",
                                   "--no-reduction", "--resume", "there.state"})
                                 .command);
  const auto pct =
      std::get<CheckOptions>(read({"check", "--strategy", "pct", "--pct-depth", "5"}).command);

  EXPECT_EQ(options.preemptions, 2U);
  EXPECT_TRUE(options.no_reduction);
  EXPECT_EQ(options.resume_file, "there.state");
  EXPECT_EQ(pct.strategy_options.pct_depth, 5U);
}

TEST(CommandLine, ReadsWhatToCover) {
  const auto bare = std::get<CheckOptions>(read({"check"}).command);
  const auto options = std::get<CheckOptions>(read({"check", "--coverage", "--swarm"}).command);

  EXPECT_FALSE(bare.coverage || bare.swarm);
  EXPECT_TRUE(options.coverage && options.swarm);
}

TEST(CommandLine, ReadsEveryOptionOfVerify) {
  const Read all =
      read({"verify", "h.jsonl", "--max-size", "3", "--min-size", "1", "--order", "bounded:2",
            "--idle-timeout", "5ms", "--max-lifetime", "1s", "--validate-after-idle", "7ms",
            "--decline", "metrics", "--decline", "close", "--json"});

  const auto& verify = std::get<VerifyOptions>(all.command);
  EXPECT_EQ(verify.history_file, "h.jsonl");
  EXPECT_EQ(verify.max_size, 3U);
  EXPECT_EQ(verify.min_size, 1U);
  EXPECT_EQ(verify.order, (Order{.kind = Order::Kind::bounded, .overtakes_max = 2}));
  EXPECT_EQ(verify.idle_timeout, milliseconds(5));
  EXPECT_EQ(verify.max_lifetime, milliseconds(1000));
  EXPECT_EQ(verify.validate_after_idle, milliseconds(7));
  EXPECT_EQ(verify.declined, (std::vector<std::string>{"metrics", "close"}));
}

TEST(CommandLine, ReadsReplayAndList) {
  const Read replay = read({"replay", "pp1:x", "--trace", "--history", "h.jsonl"});
  const Read list = read({"list", "--json"});

  EXPECT_EQ(std::get<ReplayOptions>(replay.command).token_or_file, "pp1:x");
  EXPECT_TRUE(std::get<ReplayOptions>(replay.command).with_steps);
  EXPECT_EQ(std::get<ReplayOptions>(replay.command).history_file, "h.jsonl");
  EXPECT_TRUE(std::get<ListOptions>(list.command).json);
}

TEST(CommandLine, RefusesNumbersOutOfBounds) {
  EXPECT_EQ(refusal({"check", "--schedules", "0"}),
            "poolproof: --schedules: \"0\": expected a whole number from 1 to 1000000000000000\n");
  EXPECT_EQ(refusal({"check", "--schedules", "1e5"}),
            "poolproof: --schedules: \"1e5\": expected a whole number from 1 to "
            "1000000000000000\n");
  EXPECT_EQ(refusal({"check", "--seed", "18446744073709551616"}),
            "poolproof: --seed: \"18446744073709551616\": expected a whole number from 0 to "
            "18446744073709551615\n");
  EXPECT_EQ(refusal({"check", "--first", "x"}),
            "poolproof: --first: \"x\": expected a whole number from 0 to 1000000000000000\n");
  EXPECT_EQ(refusal({"check", "--jobs", "257"}),
            "poolproof: --jobs: \"257\": expected a whole number from 1 to 256\n");
  EXPECT_EQ(refusal({"check", "--preemptions", "1001"}),
            "poolproof: --preemptions: \"1001\": expected a whole number from 0 to 1000\n");
  EXPECT_EQ(refusal({"check", "--pct-depth", "0"}),
            "poolproof: --pct-depth: \"0\": expected a whole number from 1 to 16\n");
  EXPECT_EQ(refusal({"detect", "--seeds", "0"}),
            "poolproof: --seeds: \"0\": expected a whole number from 1 to 1000\n");
  EXPECT_EQ(refusal({"verify", "h", "--max-size", "0"}),
            "poolproof: --max-size: \"0\": expected a whole number from 1 to 65536\n");
}

TEST(CommandLine, RefusesWordsThatItDoesNotKnow) {
  EXPECT_EQ(refusal({"check", "--strategy", "luck"}),
            "poolproof: --strategy: \"luck\": there is no such strategy; poolproof list names "
            "them\n");
  EXPECT_EQ(refusal({"check", "--threads", "green"}),
            "poolproof: --threads: \"green\": expected sim or real\n");
  EXPECT_EQ(refusal({"check", "--time", "30"}),
            "poolproof: --time: \"30\": expected a duration, as in 30s, 5min or 250ms\n");
  EXPECT_EQ(refusal({"verify", "h", "--order", "lifo"}),
            "poolproof: --order: \"lifo\": expected fifo, none or bounded:N\n");
  EXPECT_EQ(refusal({"verify", "h", "--decline", "speed"}),
            "poolproof: --decline: \"speed\": there is no such capability; "
            "docs/history-format.md names them\n");
}

TEST(CommandLine, RefusesUsageThatFitsNoCommand) {
  EXPECT_EQ(refusal({}), "poolproof: A subcommand is required; see poolproof --help\n");
  EXPECT_EQ(refusal({"frob"}),
            "poolproof: no command \"frob\": expected one of list, check, replay, verify, run, "
            "new, detect, bench\n");
  EXPECT_EQ(refusal({"check", "--frob"}),
            "poolproof: The following argument was not expected: --frob; see poolproof check "
            "--help\n");
  EXPECT_EQ(refusal({"replay"}), "poolproof: token is required; see poolproof replay --help\n");
  EXPECT_EQ(refusal({"verify"}), "poolproof: history is required; see poolproof verify --help\n");
  EXPECT_EQ(refusal({"check", "--seed"}),
            "poolproof: --seed: 1 required S missing; see poolproof check --help\n");
  EXPECT_EQ(refusal({"check", "--time", "3s", "--schedules", "3"}),
            "poolproof: --schedules excludes --time; see poolproof check --help\n");
}

TEST(CommandLine, ExplainsItselfWhenAsked) {
  const Read help = read({"check", "--help"});
  const Read version = read({"--version"});

  EXPECT_EQ(std::get<ExitCode>(help.command), ExitCode::held);
  EXPECT_NE(help.out.find("at least one for each"), std::string::npos) << help.out;
  EXPECT_EQ(help.err, "");
  EXPECT_EQ(std::get<ExitCode>(version.command), ExitCode::held);
  EXPECT_EQ(version.out, "0.1.0\n");
}

}  // namespace
}  // namespace poolproof::sim
