#include <gtest/gtest.h>

#include <csignal>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

pid_t process_of(DbClient& client) {
  return static_cast<pid_t>(*value_of(client, "select pg_backend_pid()").get_if<std::int64_t>());
}

/// Ends the session, and waits until it has ended.
void terminate(DbClient& client) {
  const pid_t process = process_of(client);
  const auto other = connect_for_test();
  answer(*other, "select pg_terminate_backend($1::int4, 10000)", {std::int64_t{process}});
}

TEST(PostgresLostSession, SaysWhatTheServerSaid) {
  const auto client = connect_for_test();
  terminate(*client);
  const DbError error = error_of(*client, "select 1");
  EXPECT_EQ(error.kind, DbErrorKind::connection_lost);
  EXPECT_EQ(error.code, "57P01");
  EXPECT_EQ(error.message, "terminating connection due to administrator command");
  const DbError again = error_of(*client, "select 1");
  EXPECT_EQ(again.kind, DbErrorKind::connection_lost);
  EXPECT_EQ(again.message,
            "the session was lost before: terminating connection due to administrator command");
  EXPECT_FALSE(client->is_in_transaction());
}

TEST(PostgresLostSession, IsNoticedByPingAndReset) {
  const auto pinged = connect_for_test();
  const auto undone = connect_for_test({.address = {}, .reset = PostgresReset::always});
  terminate(*pinged);
  terminate(*undone);
  EXPECT_EQ(pinged->ping().error().kind, DbErrorKind::connection_lost);
  EXPECT_EQ(undone->reset().error().kind, DbErrorKind::connection_lost);
}

TEST(PostgresLostSession, IsKnownWithoutARoundTripOnceTheServerHasHungUp) {
  const auto client = connect_for_test();
  answer(*client, "listen news");
  EXPECT_FALSE(client->is_known_dead());
  answer(*connect_for_test(), "notify news");  // There is something to read, and all is well.
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  EXPECT_FALSE(client->is_known_dead());

  terminate(*client);

  EXPECT_TRUE(client->is_known_dead());
  error_of(*client, "select 1");
  EXPECT_TRUE(client->is_known_dead());
}

TEST(PostgresLostSession, OfAFrozenServerIsNotKnownToBeDead) {
  const auto client = connect_for_test();
  server_for_test().freeze();
  EXPECT_FALSE(client->is_known_dead());
  server_for_test().thaw();
}

TEST(PostgresLostSession, DuringACommitIsAmbiguous) {
  const auto client = connect_for_test();
  answer(*client, "begin");
  answer(*client, "commit");  // Prepared now: the loss is during its run, not before.
  answer(*client, "begin");
  terminate(*client);
  const DbError error = error_of(*client, "commit");
  EXPECT_EQ(error.kind, DbErrorKind::ambiguous_commit);
  EXPECT_TRUE(is_session_lost(error));
}

TEST(PostgresLostSession, BeforeACommitIsSentIsPlain) {
  const auto client = connect_for_test();
  answer(*client, "begin");
  terminate(*client);
  error_of(*client, "select 1");
  EXPECT_EQ(error_of(*client, "commit").kind, DbErrorKind::connection_lost);
}

TEST(PostgresLostSession, DuringAStreamEndsIt) {
  const auto client = connect_for_test();
  const pid_t process = process_of(*client);
  const auto rows =
      client->stream("select generate_series(1, 100000000)", {}, [&](const RowView&) {
        ::kill(process, SIGTERM);
        return true;
      });
  ASSERT_FALSE(rows);
  // Without a word, if the session was waiting to write when it was ended.
  EXPECT_EQ(rows.error().kind, DbErrorKind::connection_lost);
}

TEST(PostgresLostSession, AKilledSessionIsOneOfAll) {
  const auto killed = connect_for_test();
  const auto other = connect_for_test();
  ::kill(process_of(*killed), SIGKILL);
  EXPECT_EQ(error_of(*killed, "select pg_sleep(60)").kind, DbErrorKind::connection_lost);
  EXPECT_EQ(error_of(*other, "select pg_sleep(60)").kind, DbErrorKind::connection_lost);
  server_for_test().wait_until_ready();
  EXPECT_EQ(value_of(*connect_for_test(), "select 1"), Value(1));
}

TEST(PostgresLostSession, AServerThatIsNotThereFailsTheConnect) {
  const auto client = connect_for_test();
  server_for_test().kill_postmaster();
  EXPECT_EQ(error_of(*client, "select pg_sleep(60)").kind, DbErrorKind::connection_lost);
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  EXPECT_EQ(factory.connect(Instant::max()).error().kind, DbErrorKind::connection_failed);
  server_for_test().start();
  EXPECT_EQ(value_of(*connect_for_test(), "select 1"), Value(1));
}

}  // namespace
}  // namespace poolproof::postgres
