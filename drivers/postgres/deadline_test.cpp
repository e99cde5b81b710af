#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The server does nothing while it lives.
class Frozen {
 public:
  Frozen() { server_for_test().freeze(); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  ~Frozen() { server_for_test().thaw(); }
};

/// How long `call` takes.
template <class Call>
Duration time_of(Call&& call) {
  const Instant began = clock_for_test().now();
  call();
  return clock_for_test().now() - began;
}

constexpr Duration soon = seconds(5);  // The machine may be busy.

TEST(PostgresDeadline, AStatementEndsAtItAndTheSessionStaysUsable) {
  const auto client = connect_for_test();
  client->set_deadline(in(milliseconds(50)));
  DbError error;
  const Duration took = time_of([&] { error = error_of(*client, "select pg_sleep(60)"); });
  EXPECT_EQ(error.kind, DbErrorKind::timed_out);
  EXPECT_EQ(error.code, "57014");
  EXPECT_EQ(error.message, "canceling statement due to user request");
  EXPECT_GE(took, milliseconds(50));
  EXPECT_LT(took, soon);
  client->set_deadline(Instant::max());
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresDeadline, AWaitForALockEndsAtIt) {
  const auto holder = connect_for_test();
  const auto waiter = connect_for_test();
  answer(*holder, "create table locked()");
  answer(*holder, "begin");
  answer(*holder, "lock table locked");
  waiter->set_deadline(in(milliseconds(50)));
  EXPECT_EQ(error_of(*waiter, "select * from locked").kind, DbErrorKind::timed_out);
  waiter->set_deadline(Instant::max());
  EXPECT_TRUE(waiter->ping());
}

TEST(PostgresDeadline, InATransactionItAbortsTheTransaction) {
  const auto client = connect_for_test();
  answer(*client, "begin");
  client->set_deadline(in(milliseconds(50)));
  EXPECT_EQ(error_of(*client, "select pg_sleep(60)").kind, DbErrorKind::timed_out);
  client->set_deadline(Instant::max());
  EXPECT_EQ(error_of(*client, "select 1").kind, DbErrorKind::transaction_aborted);
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresDeadline, OneThatHasPassedKeepsStatementsFromTheServer) {
  const auto client = connect_for_test();
  answer(*client, "create temporary table t(n int4)");
  answer(*client, "insert into t values (0)");
  answer(*client, "begin");
  client->set_deadline(in(-seconds(1)));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(error_of(*client, "insert into t values (0)").kind, DbErrorKind::timed_out);
  EXPECT_EQ(error_of(*client, "select pg_sleep(60)").kind, DbErrorKind::timed_out);
  client->set_deadline(Instant::max());
  EXPECT_EQ(value_of(*client, "select count(*) from t"), Value(1));  // Nor is it aborted.
}

TEST(PostgresDeadline, OneThatPassesDuringThePreparationEndsBoth) {
  const auto holder = connect_for_test();
  const auto client = connect_for_test();
  answer(*holder, "create table being_changed(n int4)");
  answer(*holder, "begin");
  answer(*holder, "lock table being_changed");  // Even to parse a statement waits for that.
  for (int i = 0; i < 3; ++i) {
    client->set_deadline(in(milliseconds(50)));
    const std::string sql = "insert into being_changed values (" + std::to_string(i) + ")";
    const DbError error = error_of(*client, sql);
    EXPECT_EQ(error.kind, DbErrorKind::timed_out) << to_string(error);
    client->set_deadline(Instant::max());
    EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  }
  client->set_deadline(in(milliseconds(50)));
  const auto shown =
      client->stream("select n from being_changed", {}, [](RowView) { return true; });
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().kind, DbErrorKind::timed_out);
  client->set_deadline(Instant::max());
  answer(*holder, "rollback");
  EXPECT_EQ(value_of(*client, "select count(*) from being_changed"), Value(0));
}

TEST(PostgresDeadline, IsStatementTimeoutWhereNoneWasSet) {
  const auto client = connect_for_test({.address = {}, .statement_timeout = milliseconds(50)});
  EXPECT_EQ(error_of(*client, "select pg_sleep(60)").kind, DbErrorKind::timed_out);
  EXPECT_EQ(client->stream("select pg_sleep(60)", {}, [](RowView) { return true; }).error().kind,
            DbErrorKind::timed_out);
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  client->set_deadline(in(seconds(60)));  // Longer is allowed, too.
  EXPECT_EQ(value_of(*client, "select pg_sleep(0.1)::text"), Value(""));
}

TEST(PostgresDeadline, EndsAPing) {
  const auto client = connect_for_test({.address = {}, .cancel_grace = milliseconds(50)});
  client->set_deadline(in(-seconds(1)));
  EXPECT_EQ(to_string(client->ping().error()),
            "timed_out: the deadline passed before the server was asked");
  const Frozen frozen;
  client->set_deadline(in(milliseconds(50)));
  EXPECT_LT(time_of([&] { EXPECT_FALSE(client->ping()); }), seconds(4));  // Not call_timeout.
}

TEST(PostgresDeadline, ResetTakesItBack) {
  const auto client = connect_for_test();
  client->set_deadline(in(-seconds(1)));
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(value_of(*client, "select pg_sleep(0.01)::text"), Value(""));
}

TEST(PostgresDeadline, AStatementOfAFrozenServerLosesTheSession) {
  const auto client = connect_for_test({.address = {}, .cancel_grace = milliseconds(100)});
  const Frozen frozen;
  client->set_deadline(in(milliseconds(50)));
  DbError error;
  const Duration took = time_of([&] { error = error_of(*client, "select 1"); });
  EXPECT_EQ(error.kind, DbErrorKind::connection_lost);
  EXPECT_EQ(error.message,
            "the server did not confirm within 100 ms that it cancelled a call whose deadline had "
            "passed");
  EXPECT_LT(took, soon);
  EXPECT_EQ(error_of(*client, "select 1").message,
            "the session was lost before: " + error.message);
  EXPECT_FALSE(client->ping());
  EXPECT_FALSE(client->reset());
}

TEST(PostgresDeadline, AConnectToAFrozenServerEndsAtIt) {
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  const Frozen frozen;
  const Duration took = time_of([&] {
    const auto client = factory.connect(in(milliseconds(50)));
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, DbErrorKind::timed_out);
    EXPECT_EQ(client.error().message, "the server did not open a session before the deadline");
  });
  EXPECT_GE(took, milliseconds(50));
  EXPECT_LT(took, soon);
}

TEST(PostgresDeadline, AConnectWithoutOneEndsAfterConnectTimeout) {
  PostgresFactory factory({.address = address_for_test(), .connect_timeout = milliseconds(50)},
                          clock_for_test());
  const Frozen frozen;
  EXPECT_LT(time_of([&] { EXPECT_FALSE(factory.connect(Instant::max())); }), soon);
}

TEST(PostgresDeadline, PingAndResetOfAFrozenServerEndAfterCallTimeout) {
  const PostgresOptions options{.address = {},
                                .call_timeout = milliseconds(50),
                                .cancel_grace = milliseconds(50),
                                .reset = PostgresReset::always};
  const auto pinged = connect_for_test(options);
  const auto undone = connect_for_test(options);
  const Frozen frozen;
  EXPECT_LT(time_of([&] { EXPECT_FALSE(pinged->ping()); }), soon);
  EXPECT_LT(time_of([&] { EXPECT_FALSE(undone->reset()); }), soon);
}

TEST(PostgresDeadline, ClosingDoesNotWaitForAFrozenServer) {
  auto client = connect_for_test();
  answer(*client, "begin");
  const Frozen frozen;
  EXPECT_LT(time_of([&] { client.reset(); }), soon);
}

TEST(PostgresDeadline, AThawedServerFindsNothingToCancel) {
  const auto client = connect_for_test();
  client->set_deadline(in(milliseconds(30)));
  for (int i = 0; i < 20; ++i) {
    // About as long as the deadline: the cancel races the end.
    const auto raced = client->execute("select pg_sleep(0.0299)", {});
    if (!raced) {
      EXPECT_EQ(raced.error().kind, DbErrorKind::timed_out) << to_string(raced.error());
    }
    client->set_deadline(Instant::max());
    EXPECT_EQ(value_of(*client, "select 1"), Value(1));
    client->set_deadline(in(milliseconds(30)));
  }
}

}  // namespace
}  // namespace poolproof::postgres
