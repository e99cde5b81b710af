#include <gtest/gtest.h>

#include <poolproof/subjects/command_test.h>
#include <poolproof/subjects/transactions_subject.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

/// Begins, adds, and gives the connection back as if all were done.
template <class Platform>
class Forgetful : public ReferenceSubject<Platform> {
 public:
  using ReferenceSubject<Platform>::ReferenceSubject;

  sim::Outcome transact(const sim::TransactionOrder&, sim::TransactionWitness& witness) {
    WitnessedPool pool(this->pool(), witness);
    auto lease = pool.acquire_until(Instant::max(), std::source_location::current());
    if (!lease) return sim::outcome_of(lease.error().kind);
    static_cast<void>(lease->client().execute("begin", {}));
    return sim::Outcome::failed;
  }
};

class TransactionsCommand : public CommandTest {
 protected:
  [[nodiscard]] Said run(const std::vector<std::string>& words) const {
    return run_command(managers_, words);
  }

  const std::vector<sim::SubjectEntry> managers_{
      sim::templated_subject<TransactionsSubject>("transactions", "right"),
      sim::templated_subject<Forgetful>("forgetful", "broken"),
      sim::templated_subject<ReferenceSubject>("reference", "without transactions")};
};

TEST_F(TransactionsCommand, FindsNothingAgainstTheManager) {
  const Said said = run({"check", "transactions", "--schedules", "1000", "--jobs", "1"});

  EXPECT_EQ(said.code, ExitCode::held) << said.out;
  EXPECT_NE(said.out.find("Checking transactions: 15 scenarios and drawn ones"), std::string::npos)
      << said.out;
  EXPECT_NE(said.out.find("  T5   only safe retries               held\n"), std::string::npos)
      << said.out;
}

TEST_F(TransactionsCommand, FindsNothingOnRealThreads) {
  const Said said = run({"check", "transactions", "--threads", "real", "--schedules", "10"});

  EXPECT_EQ(said.code, ExitCode::held) << said.out;
}

TEST_F(TransactionsCommand, ShrinksAndReplaysAFailureByteForByte) {
  const Said found = run({"check", "forgetful", "--scenario", "transactions-work-fails",
                          "--schedules", "50", "--jobs", "1"});
  const std::string token = line_after(found.out, "replay with: poolproof replay ");
  const Said first = run({"replay", token});
  const Said second = run({"replay", token});

  EXPECT_EQ(found.code, ExitCode::broken);
  EXPECT_NE(found.out.find("T3 rollback on every path is broken"), std::string::npos) << found.out;
  EXPECT_NE(line_after(found.out, "shrunk from ").find("to 1 client"), std::string::npos)
      << found.out;
  EXPECT_EQ(first.code, ExitCode::broken);
  EXPECT_EQ(first.out, second.out);
  EXPECT_NE(first.out.find("transaction forever"), std::string::npos) << first.out;
}

TEST_F(TransactionsCommand, WritesAHistoryThatVerifyUnderstands) {
  const std::string history = path("history.jsonl");
  EXPECT_EQ(run({"check", "transactions", "--schedules", "10", "--history", history}).code,
            ExitCode::held);

  EXPECT_EQ(run({"verify", history}).code, ExitCode::held);
}

TEST_F(TransactionsCommand, LeavesPoolsToTheirOwnScenarios) {
  const Said said = run({"check", "reference", "--schedules", "1"});
  const Said asked = run({"check", "reference", "--scenario", "transactions-add"});

  EXPECT_EQ(said.out.find("transactions-"), std::string::npos) << said.out;
  EXPECT_EQ(said.out.find("\n  T"), std::string::npos) << said.out;
  EXPECT_EQ(asked.code, ExitCode::bad_input);
  EXPECT_NE(asked.err.find("needs transactions, which reference declines"), std::string::npos);
}

}  // namespace
}  // namespace poolproof::subjects
