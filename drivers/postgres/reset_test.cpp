#include <gtest/gtest.h>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

/// What the session was last asked, as another one sees it: a reset without a round trip is not
/// there.
Value last_question(DbClient& client, std::int64_t process) {
  static_cast<void>(client);
  const auto other = connect_for_test();
  return value_of(*other, "select query from pg_stat_activity where pid = $1", {process});
}

std::int64_t id_of(DbClient& client) {
  return *value_of(client, "select pg_backend_pid()").get_if<std::int64_t>();
}

class PostgresResetOf : public testing::TestWithParam<PostgresReset> {
 protected:
  const std::unique_ptr<DbClient> client_ = connect_for_test({.address = {}, .reset = GetParam()});
};

TEST_P(PostgresResetOf, RollsBackAnOpenTransaction) {
  answer(*client_, "create temporary table t(n int4)");
  ASSERT_TRUE(client_->reset());
  answer(*client_, "create temporary table t(n int4)");
  answer(*client_, "begin");
  answer(*client_, "insert into t values (1)");
  EXPECT_TRUE(client_->reset());
  EXPECT_FALSE(client_->is_in_transaction());
  EXPECT_EQ(error_of(*client_, "select * from t").kind, DbErrorKind::undefined_name);
}

TEST_P(PostgresResetOf, RollsBackATransactionThatWasAborted) {
  answer(*client_, "begin");
  error_of(*client_, "select nowhere");
  EXPECT_TRUE(client_->reset());
  EXPECT_EQ(value_of(*client_, "select 1"), Value(1));
}

TEST_P(PostgresResetOf, UndoesSettings) {
  answer(*client_, "set work_mem = '1MB'");
  answer(*client_, "select set_config('search_path', 'nowhere', false)");
  answer(*client_, "set role pg_monitor");
  EXPECT_TRUE(client_->reset());
  EXPECT_EQ(value_of(*client_, "show work_mem"), Value("4MB"));
  EXPECT_EQ(value_of(*client_, "show search_path"), Value("\"$user\", public"));
  EXPECT_EQ(value_of(*client_, "select current_user"), Value("postgres"));
  EXPECT_EQ(value_of(*client_, "show timezone"), Value("UTC"));
}

TEST_P(PostgresResetOf, UndoesWhatBelongsToTheSession) {
  answer(*client_, "select 1 as n into temporary table leftover");
  answer(*client_, "select pg_advisory_lock(42)");
  answer(*client_, "listen news");
  answer(*client_, "declare leftover cursor with hold for select 1");
  answer(*client_, "prepare mine as select 1");
  EXPECT_TRUE(client_->reset());
  EXPECT_EQ(error_of(*client_, "select * from leftover").kind, DbErrorKind::undefined_name);
  EXPECT_EQ(value_of(*client_, "select count(*) from pg_locks where locktype = 'advisory'"),
            Value(0));
  EXPECT_EQ(value_of(*client_, "select count(*) from pg_listening_channels()"), Value(0));
  EXPECT_EQ(value_of(*client_, "select count(*) from pg_cursors where is_holdable"), Value(0));
  EXPECT_EQ(value_of(*client_, "select count(*) from pg_prepared_statements where name = 'mine'"),
            Value(0));
}

INSTANTIATE_TEST_SUITE_P(Every, PostgresResetOf,
                         testing::Values(PostgresReset::on_demand, PostgresReset::always,
                                         PostgresReset::discard_all));

TEST(PostgresResetOnDemand, AsksTheServerNothingWhenNothingIsLeft) {
  const auto client = connect_for_test();
  const std::int64_t process = id_of(*client);
  answer(*client, "begin");
  answer(*client, "select 1");
  answer(*client, "commit");
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(last_question(*client, process), Value("commit"));
}

TEST(PostgresResetOnDemand, OnlyRollsBackWhenThatIsAll) {
  const auto client = connect_for_test();
  const std::int64_t process = id_of(*client);
  answer(*client, "begin");
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(last_question(*client, process), Value("ROLLBACK;"));
}

TEST(PostgresResetOnDemand, AsksOnceForWhatIsLeft) {
  const auto client = connect_for_test();
  const std::int64_t process = id_of(*client);
  answer(*client, "set work_mem = '1MB'");
  EXPECT_TRUE(client->reset());
  EXPECT_NE(last_question(*client, process), Value("set work_mem = '1MB'"));
  answer(*client, "select 1");
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(last_question(*client, process), Value("select 1"));
}

TEST(PostgresPool, ALeaseThatLeavesATransactionOpenLeavesNothing) {
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  ConnectionPool pool({.min_size = 0, .max_size = 1}, factory, clock_for_test());
  {
    const auto lease = pool.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    answer(lease->client(), "create table left_open(n int4)");
    answer(lease->client(), "begin");
    answer(lease->client(), "insert into left_open values (1)");
  }
  const auto lease = pool.acquire();
  EXPECT_EQ(value_of(lease->client(), "select count(*) from left_open"), Value(0));
}

}  // namespace
}  // namespace poolproof::postgres
