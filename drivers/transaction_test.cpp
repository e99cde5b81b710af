// Transactions and their manager on real databases.

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include <poolproof/core/db/conversion.h>
#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/drivers/open_database.h>
#include <poolproof/drivers/postgres/test_server.h>
#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

using Done = std::expected<void, DbError>;

/// Begun by the first test that asks for it, ended when all are done.
class SharedServer final : public testing::Environment {
 public:
  static std::string url() {
    if (!server) server.emplace();
    return server->url();
  }
  void TearDown() override { server.reset(); }

 private:
  static inline std::optional<postgres::TestServer> server;
};

template <class T>
std::string said(const std::expected<T, DbError>& answer) {
  return answer ? "ok" : std::string(to_string(answer.error().kind));
}

class TransactionOn : public testing::TestWithParam<Dialect> {
 protected:
  TransactionOn() {
    run("drop table if exists t");
    run("create table t (id integer primary key, n bigint not null)");
  }

  std::unique_ptr<DbClient> connect() {
    auto client = factory_->connect(Instant::max());
    EXPECT_TRUE(client) << to_string(client.error());
    return std::move(client).value();
  }
  void run(std::string_view sql) {
    const auto answer = session_->execute(sql, {});
    EXPECT_TRUE(answer) << to_string(answer.error());
  }
  Transaction begin(const TransactionOptions& options = {}) {
    return Transaction::begin(*session_, clock_, options).value();
  }
  static std::string insert(Transaction& transaction, std::string_view id) {
    return said(transaction.execute("insert into t values (" + std::string(id) + ", 0)"));
  }
  /// What another session sees: "1 4 ".
  std::string kept() {
    std::string ids;
    const auto rows = connect()->execute("select id from t order by id", {});
    EXPECT_TRUE(rows) << to_string(rows.error());
    for (const RowView row : *rows)
      ids += std::to_string(row.get<std::int64_t>(0).value()) + " ";
    return ids;
  }
  /// Writes for longer than anyone waits.
  static std::string endless_insert() {
    if (GetParam() == Dialect::postgresql)
      return "insert into t select 100, 0 from (select pg_sleep(60)) as late";
    return "insert into t with recursive c(n) as (select 100 union all select n + 1 from c) "
           "select n, 0 from c";
  }

  SteadyClock clock_;
  TemporaryFolder folder_;
  std::unique_ptr<DbClientFactory> factory_ = open_database(
      GetParam() == Dialect::sqlite ? "sqlite:" + folder_.file("test.db") : SharedServer::url(),
      clock_);
  std::unique_ptr<DbClient> session_ = connect();
};

TEST_P(TransactionOn, KeepsWhatWasCommitted) {
  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "1"), "ok");
  EXPECT_EQ(kept(), "");

  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(kept(), "1 ");
}

TEST_P(TransactionOn, UndoesWhatWasNot) {
  {
    Transaction transaction = begin();
    EXPECT_EQ(insert(transaction, "1"), "ok");
    EXPECT_EQ(said(transaction.rollback()), "ok");
  }
  {
    Transaction transaction = begin();
    EXPECT_EQ(insert(transaction, "2"), "ok");
  }
  EXPECT_EQ(kept(), "");
  EXPECT_FALSE(session_->is_in_transaction());
}

/// More rows than one statement can take, or takes well, numbered from `first`.
std::vector<std::vector<Value>> many_rows(int first) {
  std::vector<std::vector<Value>> rows;
  for (int i = 0; i < 40'000; ++i)
    rows.push_back({first + i, i});
  return rows;
}

std::expected<ResultSet, DbError> insert_many(auto& session, int first) {
  const QueryBuilder query(session.dialect());
  const auto insert = query.insert_into("t").columns("id", "n").rows(many_rows(first));
  return insert.returning("id").execute(session);
}

TEST_P(TransactionOn, InsertsManyRowsTogether) {
  const auto added = insert_many(*session_, 1);
  ASSERT_TRUE(added) << to_string(added.error());
  EXPECT_EQ(added->size(), 40'000U);
  EXPECT_EQ(added->affected_rows(), 40'000U);
  EXPECT_EQ(added->row(39'999).get<int>(0), 40'000);
  EXPECT_FALSE(session_->is_in_transaction());
  EXPECT_EQ(session_->execute("select count(*) from t", {})->row(0).get<int>(0), 40'000);
}

TEST_P(TransactionOn, InsertsNoneOfManyRowsWhereOneCannotBe) {
  run("insert into t values (39999, 0)");
  EXPECT_EQ(said(insert_many(*session_, 1)), "unique_violation");
  EXPECT_FALSE(session_->is_in_transaction());
  EXPECT_EQ(kept(), "39999 ");

  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "7"), "ok");
  EXPECT_EQ(said(insert_many(transaction, 1)), "unique_violation");
  EXPECT_EQ(said(insert_many(transaction, 100'000)), "ok");
  EXPECT_EQ(said(transaction.execute("delete from t where id >= 100000")), "ok");
  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(kept(), "7 39999 ");
}

TEST_P(TransactionOn, InsertsManyRowsWithinATransactionOfAClients) {
  run("begin");
  run("insert into t values (39999, 0)");
  EXPECT_EQ(said(insert_many(*session_, 1)), "unique_violation");
  EXPECT_TRUE(session_->is_in_transaction());
  EXPECT_EQ(said(insert_many(*session_, 50'000)), "ok");
  run("delete from t where id >= 50000");
  run("commit");
  EXPECT_EQ(kept(), "39999 ");
}

TEST_P(TransactionOn, InsertsNoneOfManyRowsAfterTheDeadline) {
  session_->set_deadline(clock_.now() + std::chrono::milliseconds(3));
  EXPECT_EQ(said(insert_many(*session_, 1)), "timed_out");
  EXPECT_FALSE(session_->is_in_transaction());
  EXPECT_EQ(said(session_->execute("select 1", {})), "timed_out");
  session_->set_deadline(Instant::max());
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOn, UndoesAPart) {
  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "1"), "ok");
  auto undone = transaction.savepoint();
  EXPECT_EQ(insert(transaction, "2"), "ok");
  EXPECT_EQ(said(undone->rollback()), "ok");
  auto released = transaction.savepoint();
  EXPECT_EQ(insert(transaction, "3"), "ok");
  EXPECT_EQ(said(released->release()), "ok");

  const auto nested = transaction.nested([](Transaction& inner) {
    EXPECT_EQ(insert(inner, "4"), "ok");
    return inner.execute("insert into t values (1, 0)");
  });
  EXPECT_EQ(said(nested), "unique_violation");
  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(kept(), "1 3 ");
}

TEST_P(TransactionOn, CanBeRolledBackAfterAnError) {
  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "1"), "ok");
  EXPECT_EQ(insert(transaction, "1"), "unique_violation");

  EXPECT_EQ(said(transaction.rollback()), "ok");
  EXPECT_TRUE(transaction.is_session_clean());
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOn, KeepsNothingOnceItsDeadlineHasPassed) {
  {
    Transaction transaction = begin({.deadline = deadline_after(clock_.now(), milliseconds(300)),
                                     .rollback_timeout = seconds(30)});
    EXPECT_EQ(insert(transaction, "1"), "ok");
    EXPECT_EQ(said(transaction.execute(endless_insert())), "timed_out");
    EXPECT_EQ(insert(transaction, "2"), "transaction_aborted");
    EXPECT_EQ(said(transaction.commit()), "timed_out");
    EXPECT_EQ(said(transaction.rollback()), "ok");
    EXPECT_TRUE(transaction.is_session_clean());
  }
  run("insert into t values (3, 0)");
  EXPECT_EQ(kept(), "3 ");
}

TEST_P(TransactionOn, RunsWhatABuilderHasBuilt) {
  const QueryBuilder query(session_->dialect());
  {
    Transaction transaction = begin();
    EXPECT_EQ(transaction.dialect(), GetParam());
    const auto two = query.insert_into("t").columns("id", "n").values(1, 10).values(2, 20);
    EXPECT_EQ(said(two.execute(transaction)), "ok");
    const auto more = query.update("t").set("n", sql("n + $1", 5)).where(column("id") == 2);
    EXPECT_EQ(more.execute(transaction)->affected_rows(), 1U);

    std::string seen;
    const auto shown = query.select("n")
                           .from("t")
                           .where("id >= $1")
                           .order_by("n")
                           .stream(transaction, {1}, [&](RowView row) {
                             seen += std::to_string(row.get<std::int64_t>(0).value()) + " ";
                             return true;
                           });
    EXPECT_EQ(shown, 2U);
    EXPECT_EQ(seen, "10 25 ");
    EXPECT_EQ(said(two.execute(transaction)), "unique_violation");
  }
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOn, IsNotBegunWithinAnother) {
  Transaction outer = begin();
  EXPECT_EQ(insert(outer, "1"), "ok");
  {
    const auto inner = Transaction::begin(*session_, clock_, {.is_read_only = true});
    EXPECT_EQ(to_string(inner.error()),
              "misuse: the session is in a transaction already: use nested() within it");
  }
  EXPECT_EQ(insert(outer, "2"), "ok");

  EXPECT_EQ(said(outer.commit()), "ok");
  EXPECT_EQ(kept(), "1 2 ");
}

TEST_P(TransactionOn, IsNotCalledCommittedWhenOthersHaveEndedIt) {
  const std::string told =
      "ambiguous_commit: other users of the session ended the transaction, which may have taken "
      "effect";
  {
    Transaction transaction = begin();
    EXPECT_EQ(insert(transaction, "1"), "ok");
    run("rollback");
    EXPECT_EQ(to_string(transaction.commit().error()), told);
  }
  {
    Transaction transaction = begin();
    EXPECT_EQ(insert(transaction, "2"), "ok");
    EXPECT_EQ(said(session_->reset()), "ok");
    EXPECT_EQ(to_string(transaction.execute("insert into t values (3, 0)").error()), told);
  }
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOn, LetsNoCommitHide) {
  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "1"), "ok");
  for (const std::string_view hidden : {"/* x */ commit", "-- x\ncommit", ";commit"})
    EXPECT_EQ(said(transaction.execute(hidden)), "misuse");

  EXPECT_EQ(said(transaction.rollback()), "ok");
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOn, RefusesToWriteWhereItOnlyReads) {
  {
    Transaction transaction = begin({.is_read_only = true});
    EXPECT_EQ(said(transaction.execute("select * from t")), "ok");
    EXPECT_EQ(insert(transaction, "1"), "permission_denied");
  }
  run("insert into t values (2, 0)");
  EXPECT_EQ(kept(), "2 ");
}

TEST_P(TransactionOn, IsRunAgainUntilNoIncrementIsLost) {
  run("insert into t values (1, 0)");
  ConnectionPool pool({.min_size = 0, .max_size = 2}, *factory_, clock_);
  TransactionManager manager(pool, {.attempts_max = 1000, .pause_first = milliseconds(1)});
  const auto increment = [](Transaction& transaction) -> Done {
    const auto seen = transaction.execute("select n from t where id = 1");
    if (!seen) return std::unexpected(seen.error());
    const std::vector<Value> parameters{convert<std::int64_t>(seen->values()[0]).value() + 1};
    const auto done = transaction.execute("update t set n = $1 where id = 1", parameters);
    if (!done) return std::unexpected(done.error());
    return {};
  };
  const auto increment_often = [&] {
    for (int times = 0; times < 50; ++times) {
      const auto result = manager.run({.isolation = Isolation::serializable}, increment);
      EXPECT_TRUE(result) << result.error().message();
    }
  };

  std::jthread other(increment_often);
  increment_often();
  other.join();

  EXPECT_EQ(session_->execute("select n from t", {})->values()[0], Value(100));
}

INSTANTIATE_TEST_SUITE_P(Databases, TransactionOn,
                         testing::Values(Dialect::sqlite, Dialect::postgresql),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

class TransactionOnSqlite : public TransactionOn {};
INSTANTIATE_TEST_SUITE_P(Databases, TransactionOnSqlite, testing::Values(Dialect::sqlite));

TEST_P(TransactionOnSqlite, DoesNotGoOnAfterAnErrorThatRolledItBack) {
  {
    Transaction transaction = begin();
    EXPECT_EQ(insert(transaction, "1"), "ok");
    EXPECT_EQ(said(transaction.execute("insert or rollback into t values (1, 0)")),
              "unique_violation");
    EXPECT_EQ(insert(transaction, "2"), "transaction_aborted");
    EXPECT_EQ(said(transaction.commit()), "unique_violation");
    EXPECT_EQ(said(transaction.rollback()), "ok");
  }
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOnSqlite, ClosesNoSessionThatOnlyWaitedForTheLock) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, *factory_, clock_);
  TransactionManager manager(pool);
  const Transaction other = begin();

  for (int times = 0; times < 2; ++times) {
    const auto late =
        manager.run({.deadline = deadline_after(clock_.now(), milliseconds(50))},
                    [](Transaction&) { ADD_FAILURE() << "the other one has the lock"; });
    EXPECT_EQ(late.error().message(),
              "no transaction after 1 attempt: timed_out (5): the deadline passed while database "
              "is locked in: begin immediate");
  }
  EXPECT_EQ(pool.metrics().connects, 1U);
}

TEST_P(TransactionOnSqlite, ThatReadsOnlyBeginsAndEndsWithTheSetting) {
  const auto is_on = [&] { return session_->execute("pragma query_only", {})->values()[0]; };
  {
    Transaction transaction = begin({.is_read_only = true});
    EXPECT_EQ(is_on(), Value(1));
    run("rollback");  // By other hands.
    EXPECT_EQ(said(transaction.commit()), "ambiguous_commit");
    EXPECT_EQ(is_on(), Value(0));
  }
  run("begin");
  EXPECT_FALSE(Transaction::begin(*session_, clock_, {.is_read_only = true}));
  run("rollback");
  EXPECT_EQ(is_on(), Value(0));
}

class TransactionOnPostgresql : public TransactionOn {};
INSTANTIATE_TEST_SUITE_P(Databases, TransactionOnPostgresql, testing::Values(Dialect::postgresql));

TEST_P(TransactionOnPostgresql, IsFailedByTwoStatementsInOneText) {
  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "1"), "ok");
  EXPECT_EQ(said(transaction.execute("select 1; select 2")), "misuse");

  EXPECT_EQ(said(transaction.commit()), "misuse");
  EXPECT_EQ(kept(), "");
}

TEST_P(TransactionOnPostgresql, GoesOnWithoutALockThatItNeedNotHave) {
  run("insert into t values (1, 0)");
  const auto other_session = connect();
  auto other = Transaction::begin(*other_session, clock_);
  EXPECT_EQ(said(other->execute("select n from t where id = 1 for update")), "ok");
  Transaction transaction = begin();
  EXPECT_EQ(insert(transaction, "2"), "ok");

  const auto locked = transaction.nested([](Transaction& inner) {
    return inner.execute("select n from t where id = 1 for update nowait");
  });
  EXPECT_EQ(said(locked), "busy");
  EXPECT_EQ(insert(transaction, "3"), "ok");
  EXPECT_EQ(said(transaction.commit()), "ok");
  EXPECT_EQ(kept(), "1 2 3 ");
}

TEST_P(TransactionOnPostgresql, IsRunAgainAlsoWhenTheWorkSawTheConflictTooLate) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, *factory_, clock_);
  TransactionManager manager(pool, {.attempts_max = 2, .pause_first = milliseconds(1)});
  std::string seen;
  const auto conflict_once = [&](Transaction& inner) {
    return inner.execute(seen.empty() ? "do $$ begin raise exception using errcode = '40001'; "
                                        "end $$"
                                      : "select 1");
  };
  const auto work = [&](Transaction& transaction) {
    const auto optional = transaction.nested(conflict_once);
    seen += said(optional) + " ";
    auto done = transaction.execute("insert into t values (1, 0)");
    seen += said(done) + " ";
    return done;
  };

  EXPECT_TRUE(manager.run(work));
  EXPECT_EQ(seen, "serialization_failure transaction_aborted ok ok ");
  EXPECT_EQ(kept(), "1 ");
}

TEST_P(TransactionOnPostgresql, CannotBePreparedBehindItsBack) {
  Transaction transaction = begin();
  EXPECT_EQ(said(transaction.execute("prepare transaction 'one'")), "misuse");
  EXPECT_EQ(said(transaction.commit()), "ok");
}

TEST(TransactionOnSqliteWithoutWal, IsRolledBackWhenItsCommitWaitedInVain) {
  TestDatabase database({.uses_wal = false});
  const TestSession writer = database.connect();
  writer.run("create table t (n integer)");
  const TestSession reader = database.connect();
  reader.run("begin");
  reader.run("select * from t");
  {
    auto transaction =
        Transaction::begin(*writer.operator->(), database.clock,
                           {.deadline = deadline_after(database.clock.now(), seconds(1))});
    EXPECT_EQ(said(transaction->execute("insert into t values (1)")), "ok");
    EXPECT_EQ(said(transaction->commit()), "timed_out");
  }
  reader.run("commit");
  EXPECT_FALSE(writer->is_in_transaction());
  EXPECT_EQ(writer.ask("select count(*) from t"), Value(0));
}

}  // namespace
}  // namespace poolproof

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new poolproof::SharedServer);
  return RUN_ALL_TESTS();
}
