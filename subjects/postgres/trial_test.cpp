// That the trial has teeth: what it is there to find, it finds.
#include <gtest/gtest.h>

#include <thread>

#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/sim/judge/history_index.h>
#include <poolproof/subjects/postgres/desk.h>
#include <poolproof/subjects/postgres/trial_report.h>

namespace poolproof::subjects {
namespace {

/// A server with a bank that has seen ten transfers.
class TrialOnAServer : public testing::Test {
 protected:
  struct Nowhere final : PlaceListener {
    void is_at(Place) override {}
  };

  void SetUp() override {
    ASSERT_TRUE(found_bank(*client_));
    for (std::int64_t id = 1; id <= 10; ++id) {
      auto transaction = Transaction::begin(*client_, clock_);
      ASSERT_TRUE(transaction);
      ASSERT_TRUE(transfer(*transaction, Isolation::server_default,
                           {.id = TransferId{id}, .from = 1, .to = 2, .amount = 5}, nowhere_));
      ASSERT_TRUE(transaction->commit());
    }
  }

  std::vector<std::string> wrong_after(const char* sql) {
    EXPECT_TRUE(client_->execute(sql, {}));
    return *audit_bank(*client_, 10);
  }

  Nowhere nowhere_;
  CancellableAcquires waiting_;
  postgres::TestServer server_;
  sim::RunClock clock_;
  PostgresFactory factory_{{.address = server_.address()}, clock_};
  std::unique_ptr<DbClient> client_ = *factory_.connect(Instant::max());
};

TEST_F(TrialOnAServer, ABankInOrderHasNothingWrong) {
  EXPECT_EQ(wrong_after("select 1"), std::vector<std::string>());
  EXPECT_EQ(transfers_since(*client_, TransferId{9}),
            (std::vector{TransferId{9}, TransferId{10}}));
}

TEST_F(TrialOnAServer, MoneyThatWasMadeIsFound) {
  EXPECT_EQ(wrong_after("update accounts set balance = balance + 1 where id = 3"),
            (std::vector<std::string>{"the accounts hold 64001, not 64000",
                                      "account 3 has 1001, and by the book 1000"}));
}

TEST_F(TrialOnAServer, ATransferThatTookEffectTwiceIsFound) {
  EXPECT_EQ(wrong_after("update accounts set balance = balance + case id when 1 then -5 else 5 end"
                        " where id in (1, 2)"),
            (std::vector<std::string>{"account 1 has 945, and by the book 950",
                                      "account 2 has 1055, and by the book 1050"}));
}

TEST_F(TrialOnAServer, ATransferThatWasLostIsFound) {
  EXPECT_EQ(wrong_after("delete from transfers where id = 7").size(), 3U);
  EXPECT_EQ(transfers_since(*client_, TransferId{7})->size(), 3U);
}

TEST_F(TrialOnAServer, ATransferThatWasLostWithItsMoneyIsFound) {
  EXPECT_EQ(
      wrong_after("with lost as (delete from transfers where id = 7)"
                  " update accounts set balance = balance + case id when 1 then 5 else -5 end"
                  " where id in (1, 2)"),
      (std::vector<std::string>{"the book has 9 transfers, not 10"}));
}

TEST_F(TrialOnAServer, ASessionIsTerminatedByTheServerAndFromOutsideOnlyIfNobodyCanLogIn) {
  ASSERT_TRUE(client_->execute("create user victim", {}));
  PostgresFactory victims({.address = server_.address("victim")}, clock_);
  Tormentor tormentor(server_, "victim", 40, clock_, 1);
  EXPECT_EQ(tormentor.inflict(Torment::terminate_session), std::nullopt);
  const auto first = *victims.connect(Instant::max());
  EXPECT_EQ(tormentor.inflict(Torment::terminate_session), Torment::terminate_session);
  EXPECT_FALSE(first->ping());
  const auto second = *victims.connect(Instant::max());
  ASSERT_TRUE(client_->execute("alter role postgres nologin", {}));
  EXPECT_EQ(tormentor.inflict(Torment::terminate_session), Torment::sigterm_session);
  EXPECT_FALSE(second->ping());
}

TEST_F(TrialOnAServer, TheHistoryOfAPoolHasEveryCall) {
  RecordedPool pool({.max_size = 2}, factory_, clock_, 1, 0);
  {
    Desk desk(pool, nowhere_, waiting_);
    const auto lease = desk.acquire_until(Instant::max());
    ASSERT_TRUE(lease) << lease.error().message();
    EXPECT_TRUE(lease->client().execute("select 1", {}));
  }
  const PoolMetrics last = pool.finish();
  EXPECT_EQ(last.connects, last.closes);
  sim::HistoryIndex index;
  std::vector<sim::Violation> violations;
  EXPECT_TRUE(sim::judge(pool.history(), index, violations).empty());
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(index.sessions.size(), 2U);  // The audit opened the second.
  EXPECT_EQ(index.leases.size(), 3U);
}

TEST_F(TrialOnAServer, AnAcquireThatIsCancelledAnswersSo) {
  RecordedPool pool({.min_size = 0, .max_size = 1}, factory_, clock_, 1, 1);
  CancellableAcquires of_the_other;
  std::optional<AcquireErrorKind> answered;
  {
    Desk desk(pool, nowhere_, waiting_);
    const auto lease = desk.acquire_until(Instant::max());
    ASSERT_TRUE(lease) << lease.error().message();
    std::thread other([&] {
      pool.is_caller(0);
      Desk desk_of_other(pool, nowhere_, of_the_other);
      const auto none = desk_of_other.acquire_until(Instant::max());
      if (!none) answered = none.error().kind;
    });
    EXPECT_FALSE(pool.cancel(waiting_, 0));
    while (!pool.cancel(of_the_other, 0))
      std::this_thread::yield();
    other.join();
  }
  EXPECT_EQ(answered, AcquireErrorKind::cancelled);
  pool.finish();
  sim::HistoryIndex index;
  std::vector<sim::Violation> violations;
  EXPECT_TRUE(sim::judge(pool.history(), index, violations).empty());
  EXPECT_TRUE(violations.empty());
}

TEST_F(TrialOnAServer, TheHistoryOfAPoolSaysWhichSessionItsClientKnewToBeDead) {
  RecordedPool pool({.min_size = 0, .max_size = 1}, factory_, clock_, 1, 0);
  {
    Desk desk(pool, nowhere_, waiting_);
    const auto lease = desk.acquire_until(Instant::max());
    ASSERT_TRUE(lease) << lease.error().message();
    ASSERT_TRUE(client_->execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and "
        "backend_type = 'client backend'",
        {}));
    while (!lease->client().is_known_dead())
      std::this_thread::yield();
  }
  pool.finish();
  sim::HistoryIndex index;
  std::vector<sim::Violation> violations;
  EXPECT_TRUE(sim::judge(pool.history(), index, violations).empty());
  EXPECT_TRUE(violations.empty());
  ASSERT_FALSE(index.sessions.empty());
  EXPECT_NE(index.sessions.front().dead_since, Instant::max());
}

TEST(TrialReport, SaysWhatWasFoundAndWhatWasNotJudged) {
  TrialResult result;
  result.rounds = 1;
  result.inflicted[Torment::restart] = 3;
  result.recoveries[Torment::restart] = {
      std::chrono::milliseconds(1), std::chrono::milliseconds(3), std::chrono::milliseconds(2)};
  result.findings = {"round 1 (serializable): money is missing"};
  const std::string text = report({}, result, std::chrono::seconds(4));
  EXPECT_NE(text.find("3 kills in 1 rounds, 4 s"), std::string::npos) << text;
  EXPECT_NE(text.find("p50     2 ms  p99     3 ms  max     3 ms"), std::string::npos) << text;
  EXPECT_NE(text.find("L10 no foreign code under the lock: n/a"), std::string::npos) << text;
  EXPECT_NE(text.find("T1 to T5, of transactions: n/a"), std::string::npos) << text;
  EXPECT_NE(text.find("1 findings:\n  round 1 (serializable): money is missing"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace poolproof::subjects
