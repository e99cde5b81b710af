// The built program, from outside: what only a process of its own can show.

#include <signal.h>

#include <string>

#include <gtest/gtest.h>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/watch.h>
#include <poolproof/subjects/child_program.h>

namespace poolproof::subjects {
namespace {

constexpr bool has_sanitizer = sim::under_asan || sim::under_tsan;

TEST(Program, TellsTheShellHowItWent) {
  const ProgramEnd held = run_program(
      {POOLPROOF_CLI, "check", "naive", "--scenario", "two-by-two", "--schedules", "50"});
  const ProgramEnd broken = run_program({POOLPROOF_CLI, "check", "lossy", "--scenario",
                                         "timeout-races-hand-off", "--schedules", "500"});
  const ProgramEnd refused = run_program({POOLPROOF_CLI, "check", "nobody"});

  EXPECT_EQ(held.exit_code, 0) << held.out << held.err;
  EXPECT_EQ(broken.exit_code, 1) << broken.out << broken.err;
  EXPECT_EQ(refused.exit_code, 2) << refused.out << refused.err;
  EXPECT_TRUE(refused.err.starts_with("poolproof: subject \"nobody\": ")) << refused.err;
}

// As after `| head -1`, where the signal that says so is ignored: the verdict stands.
TEST(Program, EndsWithItsVerdictWhenNobodyReadsIt) {
  const ProgramEnd end =
      run_program({"/bin/bash", "-c",
                   "trap '' PIPE; " POOLPROOF_CLI
                   " check naive --schedules 200 | true; echo ${PIPESTATUS[0]}"});

  EXPECT_EQ(end.out, "0\n");
  EXPECT_EQ(end.err, "");
}

TEST(Program, TellsThatALawWasBrokenEvenIfTheReportCannotBeWritten) {
  const ProgramEnd end =
      run_program({POOLPROOF_CLI, "check", "lossy", "--scenario", "timeout-races-hand-off",
                   "--schedules", "500", "--history", "/dev/full"});

  EXPECT_EQ(end.exit_code, 1) << end.out;
  EXPECT_NE(end.err.find("/dev/full: cannot be written: No space left on device"),
            std::string::npos)
      << end.err;
}

TEST(Program, FindsTheRaceOnlyWithThreadSanitizer) {
  const ProgramEnd end = run_program(
      {POOLPROOF_CLI, "check", "racy", "--scenario", "two-by-two", "--schedules", "300"});

  EXPECT_EQ(end.exit_code, sim::under_tsan ? 1 : 0) << end.out << end.err;
  EXPECT_EQ(end.out.find("BROKEN in two-by-two") != std::string::npos, sim::under_tsan) << end.out;
}

/// Without the signal the program would go on for weeks.
constexpr Duration soon = std::chrono::seconds(60);

void expect_soon_ended_by(int signal) {
  ChildProgram program({POOLPROOF_CLI, "check", "naive", "--scenario", "two-by-two", "--scenario",
                        "crowd", "--schedules", "2000000000000", "--seed", "3"});
  program.await_first_line();
  const SteadyClock clock;
  const Instant sent = clock.now();
  program.send(signal);

  const ProgramEnd end = program.end();

  EXPECT_LT(clock.now() - sent, soon);
  EXPECT_EQ(end.exit_code, 3) << end.out << end.err;
  EXPECT_NE(end.out.find("held so far; "), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("\nInterrupted. Go on with:\n" POOLPROOF_CLI
                         " check naive --seed 3 --scenario two-by-two --first "),
            std::string::npos)
      << end.out;
  EXPECT_NE(
      end.out.find("\n" POOLPROOF_CLI " check naive --seed 3 --first 0 --schedules 1000000000000 "
                   "--scenario crowd\n"),
      std::string::npos)
      << end.out;
}

TEST(Program, SaysHowToGoOnWhenItIsInterrupted) {
  expect_soon_ended_by(SIGINT);
}

TEST(Program, SaysHowToGoOnWhenItIsTerminated) {
  expect_soon_ended_by(SIGTERM);
}

/// The command line that a crash report names for the execution, without the program.
std::string command_in(const std::string& err) {
  const std::string begin = "\nrun just that one with: " POOLPROOF_CRASHING " ";
  const auto at = err.find(begin);
  if (at == std::string::npos) return "";
  const auto from = at + begin.size();
  return err.substr(from, err.find('\n', from) - from);
}

void expect_crash_report(const std::string& subject, int signal) {
  const ProgramEnd end =
      run_program({POOLPROOF_CRASHING, "check", subject, "--scenario", "hand-off", "--schedules",
                   "1000", "--seed", "4", "--jobs", "2"});

  EXPECT_NE(end.err.find("\npoolproof: the program died in subject " + subject +
                         ", scenario hand-off, seed 4, execution "),
            std::string::npos)
      << end.err;
  EXPECT_TRUE(command_in(end.err).starts_with("check " + subject +
                                              " --seed 4 --scenario hand-off --schedules 1 "
                                              "--first "))
      << end.err;
  if (!has_sanitizer || signal == SIGABRT) {
    EXPECT_EQ(end.signal, signal) << end.err;
  } else {
    EXPECT_TRUE(end.signal != 0 || end.exit_code > 3) << end.exit_code;
  }
}

TEST(CrashReport, NamesTheExecutionOfASegmentationFault) {
  expect_crash_report("null-pointer", SIGSEGV);
}

TEST(CrashReport, NamesTheExecutionOfAStackOverflow) {
  expect_crash_report("stack-overflow", SIGSEGV);
}

TEST(CrashReport, NamesTheExecutionOfAnAbort) {
  expect_crash_report("abort", SIGABRT);
}

TEST(CrashReport, NamesTheExecutionOfAFloatingPointError) {
  expect_crash_report("floating-point", SIGFPE);
}

/// The token that a crash report names.
std::string token_in(const std::string& err) {
  const std::string begin = "\nor replay it up to there: " POOLPROOF_CRASHING " replay ";
  const auto at = err.find(begin);
  if (at == std::string::npos) return "";
  const auto from = at + begin.size();
  return err.substr(from, err.find('\n', from) - from);
}

TEST(CrashReport, NamesATokenThatCrashesInTheSameWay) {
  const ProgramEnd first =
      run_program({POOLPROOF_CRASHING, "check", "abort", "--scenario", "hand-off", "--jobs", "1"});

  EXPECT_TRUE(token_in(first.err).starts_with("pp1:abort:hand-off:")) << first.err;
  const ProgramEnd again = run_program({POOLPROOF_CRASHING, "replay", token_in(first.err)});

  EXPECT_EQ(again.signal, SIGABRT) << again.out << again.err;
}

TEST(CrashReport, NamesTheExecutionOfAnExhaustiveSearchByItsToken) {
  const ProgramEnd first =
      run_program({POOLPROOF_CRASHING, "check", "stack-overflow", "--scenario", "hand-off",
                   "--strategy", "exhaustive", "--jobs", "2"});

  EXPECT_NE(first.err.find("\npoolproof: the program died in subject stack-overflow, scenario "
                           "hand-off, strategy exhaustive\n"
                           "run it again with: " POOLPROOF_CRASHING
                           " check stack-overflow --seed 1 --strategy "
                           "exhaustive --scenario hand-off --no-shrink\n"
                           "or replay it up to there: " POOLPROOF_CRASHING
                           " replay pp1:stack-overflow:hand-off:"),
            std::string::npos)
      << first.err;
  const ProgramEnd again = run_program({POOLPROOF_CRASHING, "replay", token_in(first.err)});

  EXPECT_TRUE(again.signal != 0 || again.exit_code > 3) << again.out << again.err;
}

TEST(CrashReport, NamesACommandThatCrashesInTheSameWay) {
  const ProgramEnd first = run_program({POOLPROOF_CRASHING, "check", "abort", "--scenario",
                                        "hand-off", "--schedules", "1000", "--jobs", "1"});
  std::vector<std::string> words{POOLPROOF_CRASHING};
  std::string word;
  for (const char character : command_in(first.err) + " ") {
    if (character != ' ') {
      word += character;
      continue;
    }
    words.push_back(word);
    word.clear();
  }

  const ProgramEnd again = run_program(words);

  EXPECT_EQ(command_in(again.err), command_in(first.err)) << again.err;
  EXPECT_EQ(again.signal, SIGABRT);
}

}  // namespace
}  // namespace poolproof::subjects
