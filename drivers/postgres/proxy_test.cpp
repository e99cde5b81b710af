// Over a PgBouncer in transaction mode that has one or two sessions for all of its clients.

#include <gtest/gtest.h>

#include <poolproof/core/db/timestamp.h>
#include <poolproof/drivers/postgres/server_for_test.h>
#include <poolproof/drivers/postgres/test_proxy.h>

namespace poolproof::postgres {
namespace {

class PostgresBehindAProxy : public testing::Test {
 protected:
  std::unique_ptr<DbClient> connect(std::size_t statements_max = 256) {
    return connect_for_test({.address = one_.address(), .statements_max = statements_max});
  }
  /// A proxy keeps what asks it to cancel until a session is free, and this one knows that none
  /// will be.
  std::unique_ptr<DbClient> connect_in_vain() {
    return connect_for_test(
        {.address = one_.address(), .cancel_grace = std::chrono::milliseconds(100)});
  }
  /// What the server's one session has prepared.
  Value prepared(DbClient& client) {
    return value_of(client,
                    "select count(*) from pg_prepared_statements where statement ~ '[+] 10'");
  }

  TestProxy one_{server_for_test(), TestProxy::Mode::transaction, 1};
};

TEST_F(PostgresBehindAProxy, AStatementThatIsKnownAlreadyIsAsGoodAsPrepared) {
  const auto first = connect();
  const auto second = connect();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(value_of(*first, "select $1 + 10", {i}), Value(10 + i));
    EXPECT_EQ(value_of(*second, "select $1 + 10", {i}), Value(10 + i));
    EXPECT_EQ(value_of(*second, "select $1 + 100", {i}), Value(100 + i));
    EXPECT_EQ(value_of(*second, "select $1 + 10", {i + 0.5}), Value(10.5 + i));
  }
  EXPECT_EQ(prepared(*first), Value(3));
}

TEST_F(PostgresBehindAProxy, AStatementThatIsUnknownIsPreparedAnew) {
  const auto first = connect();
  const auto second = connect();
  EXPECT_EQ(value_of(*first, "select $1 + 10", {1}), Value(11));
  answer(*second, "deallocate all");
  EXPECT_EQ(value_of(*first, "select $1 + 10", {2}), Value(12));
  answer(*second, "deallocate all");
  EXPECT_EQ(first->stream("select $1 + 10", {{Value(3)}},
                          [](RowView row) { return row.get<int>(0) == 13; }),
            1U);
}

TEST_F(PostgresBehindAProxy, ATransactionNeedsNoNames) {
  const auto first = connect();
  const auto second = connect();
  for (DbClient* client : {first.get(), second.get()}) {
    EXPECT_EQ(value_of(*client, "select $1 + 10", {1}), Value(11));
    answer(*client, "begin");
    EXPECT_EQ(value_of(*client, "select $1 + 10", {2}), Value(12));
    EXPECT_EQ(value_of(*client, "select $1 + 11", {2}), Value(13));
    answer(*client, "commit");
    EXPECT_EQ(value_of(*client, "select $1 + 11", {3}), Value(14));
    answer(*client, "deallocate all");
  }
}

TEST_F(PostgresBehindAProxy, ATableThatHasChangedIsNoError) {
  const auto first = connect();
  const auto second = connect();
  answer(*first, "drop table if exists behind_proxy");
  answer(*first, "create table behind_proxy(a int4)");
  for (DbClient* client : {first.get(), second.get()})
    EXPECT_EQ(answer(*client, "select * from behind_proxy").columns().size(), 1U);
  answer(*second, "alter table behind_proxy add column b int4");
  for (DbClient* client : {first.get(), second.get()})
    EXPECT_EQ(answer(*client, "select * from behind_proxy").columns().size(), 2U);
}

TEST_F(PostgresBehindAProxy, AFullCacheDropsItsOldest) {
  const auto client = connect(2);
  for (int i = 0; i < 9; ++i)
    EXPECT_EQ(value_of(*client, "select 0 + 10" + std::to_string(i)), Value(100 + i));
  EXPECT_EQ(prepared(*client), Value(1));  // And the question itself makes two.
}

TEST_F(PostgresBehindAProxy, ValuesComeBackAsTheyWere) {
  const auto client = connect();
  const auto other = connect_for_test({.address = one_.address()});
  const Timestamp now = *parse_timestamp("2024-02-29 12:34:56.789012");
  EXPECT_EQ(value_of(*client, "select $1", {Value(now)}), Value(now));
  EXPECT_EQ(value_of(*client, "show timezone"), Value("UTC"));
  EXPECT_EQ(value_of(*client, "select $1", {1.0 / 3}), Value(1.0 / 3));
  EXPECT_EQ(value_of(*other, "select '2024-02-29 12:34:56.789012'::timestamp"), Value(now));
}

TEST_F(PostgresBehindAProxy, WhatASessionWouldKeepIsRefused) {
  const auto client = connect();
  const std::string why =
      " lasts as long as a session, and behind this proxy each transaction may have another one; "
      "where it keeps them, as in PgBouncer's session mode, say so with "
      "PostgresOptions::sessions";
  const std::vector<std::pair<const char*, std::string>> refused{
      {"listen news", "LISTEN"},
      {"set work_mem = '1MB'", "a setting"},
      {"SET SESSION work_mem = '1MB'", "a setting"},
      {"reset all", "a setting"},
      {"select set_config('work_mem', '1MB', false)", "a setting"},
      {"prepare a as select 1", "a prepared statement"},
      {"execute a", "a prepared statement"},
      {"load 'plpgsql'", "a loaded library"},
      {"declare c cursor with hold for select 1", "a cursor that is held"},
      {"create temporary table t(n int4)", "something temporary"},
      {"create or replace temp view v as select 1", "something temporary"},
      {"select 1 as n into temp t", "something temporary"},
      {"select pg_advisory_lock(1)", "an advisory lock"},
      {"/* a */ select pg_catalog.pg_try_advisory_lock_shared(1)", "an advisory lock"}};
  for (const auto& [sql, what] : refused) {
    const DbError error = error_of(*client, sql);
    EXPECT_EQ(error.kind, DbErrorKind::misuse) << sql;
    EXPECT_EQ(error.message, what + why) << sql;
  }
}

TEST_F(PostgresBehindAProxy, WhatEndsWithItsTransactionIsNot) {
  const auto client = connect();
  answer(*client, "begin");
  for (const char* sql :
       {"set local work_mem = '1MB'", "set transaction isolation level serializable",
        "set constraints all deferred", "select set_config('work_mem', '2MB', true)",
        "select pg_advisory_xact_lock(1)", "create temp table t(n int4) on commit drop",
        "declare c cursor for select 1", "declare d cursor without hold for select 1",
        "notify news", "insert into t values (1)", "select 'set_config', 'temp into temp'"})
    answer(*client, sql);
  answer(*client, "commit");
}

TEST_F(PostgresBehindAProxy, AResetOnlyRollsBack) {
  const auto client = connect();
  EXPECT_TRUE(client->reset());
  answer(*client, "begin");
  EXPECT_TRUE(client->reset());
  EXPECT_FALSE(client->is_in_transaction());
}

TEST_F(PostgresBehindAProxy, AWaitForASessionEndsAtTheDeadline) {
  const auto holder = connect();
  const auto waiter = connect_in_vain();
  answer(*holder, "begin");
  waiter->set_deadline(in(std::chrono::milliseconds(50)));
  const DbError error = error_of(*waiter, "select 1");
  EXPECT_TRUE(error.kind == DbErrorKind::timed_out || error.kind == DbErrorKind::connection_lost)
      << to_string(error);
  answer(*holder, "commit");
}

TEST(PostgresBehindAKeepingProxy, NothingIsRefused) {
  const TestProxy proxy(server_for_test(), TestProxy::Mode::session, 2);
  const auto client =
      connect_for_test({.address = proxy.address(), .sessions = PostgresSessions::kept});
  answer(*client, "listen news");
  answer(*client, "set work_mem = '1MB'");
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(value_of(*client, "show work_mem"), Value("4MB"));
  EXPECT_EQ(value_of(*client, "show timezone"), Value("UTC"));
}

}  // namespace
}  // namespace poolproof::postgres
