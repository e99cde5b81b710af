// What is said to those whose adapter breaks the rules, or whose pool never comes back.

#include <signal.h>

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include <poolproof/core/clock.h>
#include <poolproof/sim/report/source_lines.h>
#include <poolproof/subjects/child_program.h>

namespace poolproof::subjects {
namespace {

/// The whole of standard error, of a check that must refuse the adapter.
std::string refusal_of(const std::string& subject) {
  const ProgramEnd end = run_program({POOLPROOF_MISTAKEN, "check", subject, "--schedules", "200"});
  EXPECT_EQ(end.exit_code, 2) << end.out << end.err;
  EXPECT_EQ(end.out.find("BROKEN"), std::string::npos) << end.out;
  return end.err;
}

TEST(Adapter, IsToldThatALeaseMustOutlastItsInvalidation) {
  EXPECT_EQ(refusal_of("ends-the-lease"),
            "poolproof: adapter: subject ends-the-lease: client() is nullptr after invalidate(): "
            "the lease must last, and reach its connection, until release() ends it "
            "(docs/your-own-pool.md)\n");
}

TEST(Adapter, IsToldThatALeaseHasAClient) {
  EXPECT_EQ(refusal_of("has-no-client"),
            "poolproof: adapter: subject has-no-client: client() is nullptr for a lease that "
            "acquire() has just given (docs/your-own-pool.md)\n");
}

TEST(Adapter, IsToldToUnwrapTheClient) {
  EXPECT_EQ(refusal_of("wrapped"),
            "poolproof: adapter: subject wrapped: client() gives another DbClient than connect() "
            "of the factory did: one that is wrapped must be unwrapped here "
            "(docs/your-own-pool.md)\n");
}

TEST(Adapter, IsToldThatItsConstructorMustNotThrow) {
  EXPECT_EQ(refusal_of("throws-when-built"),
            "poolproof: adapter: subject throws-when-built: its constructor throws \"no "
            "settings\" although nothing fails: it is to build the pool "
            "(docs/your-own-pool.md)\n");
}

// Not in the handshake, where nothing is refused: so with scenario and execution.
TEST(Adapter, IsToldWhichOutcomesAnAcquireHas) {
  const std::string said = refusal_of("answers-ok");

  EXPECT_TRUE(said.starts_with("poolproof: adapter: subject answers-ok, scenario ")) << said;
  EXPECT_NE(said.find(": acquire() gives no lease and answers \"ok\": why it gives none is "
                      "closed, connect_failed or timed_out"),
            std::string::npos)
      << said;
}

/// A check of a pool that never comes back, with a short patience, ended as soon as it is
/// reported.
ProgramEnd end_of_stuck(const std::string& subject, int signal) {
  ChildProgram program({POOLPROOF_MISTAKEN, "check", subject, "--scenario", "two-by-two",
                        "--schedules", "1000", "--jobs", "1", "--watchdog",
                        signal == 0 ? "200ms" : "1s"});
  if (signal != 0) {
    program.await_error("with exit code 2.\n");
    program.send(signal);
  }
  return program.end();
}

void expect_report(const ProgramEnd& end, const std::string& subject,
                   const std::string& patience) {
  const std::string& said = end.err;
  EXPECT_EQ(end.exit_code, 2) << end.out << said;
  EXPECT_TRUE(said.starts_with("\npoolproof: no scheduling point for " + patience + ": subject " +
                               subject + ", scenario two-by-two, seed 1, execution "))
      << said;
  EXPECT_NE(said.find(", task "), std::string::npos) << said;
  // Without lines there is only what the compiler has not made one with the harness.
  const char* where = sim::has_lines_of_source() ? "subjects/mistaken_main.cpp:" : "its stack";
  EXPECT_NE(said.find(where), std::string::npos) << said;
  EXPECT_NE(said.find("What blocks must be the Platform's"), std::string::npos) << said;
  EXPECT_NE(said.find(std::string("run just that one with: ") + POOLPROOF_MISTAKEN + " check " +
                      subject + " --seed 1 --scenario two-by-two --schedules 1 --first "),
            std::string::npos)
      << said;
  EXPECT_TRUE(said.ends_with("poolproof: ended: a task never reached its next scheduling point\n"))
      << said;
}

TEST(Watchdog, TellsWhereATaskBlocksAndEndsByTheFirstSignal) {
  expect_report(end_of_stuck("holds-std-mutex", SIGTERM), "holds-std-mutex", "1s");
}

TEST(Watchdog, TellsWhereATaskSpinsAndEndsByTheFirstSignal) {
  expect_report(end_of_stuck("spins-on-std-atomic", SIGINT), "spins-on-std-atomic", "1s");
}

// Under ThreadSanitizer between two fibers, too, where its runtime must not be entered.
TEST(Watchdog, AsksAThreadWhereverItIs) {
  const ProgramEnd end = run_program({POOLPROOF_CLI, "check", "reference", "--schedules", "3000",
                                      "--jobs", "1", "--watchdog", "1ms"});
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

TEST(Watchdog, EndsByItselfWhenNobodySendsASignal) {
  expect_report(end_of_stuck("holds-std-mutex", 0), "holds-std-mutex", "200ms");
}

}  // namespace
}  // namespace poolproof::subjects
