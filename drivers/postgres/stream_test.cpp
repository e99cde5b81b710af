#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

constexpr const char* endless = "select generate_series(1, 1000000000)";

/// Shows at most `rows` rows.
std::expected<std::uint64_t, DbError> show(DbClient& client, std::string_view sql,
                                           std::uint64_t rows) {
  std::uint64_t seen = 0;
  return client.stream(sql, {}, [&](const RowView&) { return ++seen < rows; });
}

/// The most memory that this process has ever had, in KiB. The kernel adds it up from counters
/// that lag, so that it may be a little less at the second look. Source: proc(5).
std::uint64_t memory_max() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes;
  }
  return 0;
}

TEST(PostgresStream, ShowsEveryRowInOrder) {
  const auto client = connect_for_test();
  std::int64_t sum = 0;
  const std::vector<Value> parameters{1'000};
  const auto shown = client->stream(
      "select n, n % 2 = 0 as even from generate_series(1, $1) n", parameters,
      [&](const RowView& row) {
        sum += *row.at("n").get_if<std::int64_t>();
        EXPECT_EQ(row.at("even"), Value(row.at("n") != Value(sum) &&
                                        *row.at("n").get_if<std::int64_t>() % 2 == 0));
        return true;
      });
  EXPECT_EQ(shown, 1'000U);
  EXPECT_EQ(sum, 500'500);
}

TEST(PostgresStream, OfNoRowsShowsNone) {
  const auto client = connect_for_test();
  EXPECT_EQ(show(*client, "select 1 where false", 9), 0U);
  EXPECT_EQ(show(*client, "set application_name = 'x'", 9), 0U);
}

TEST(PostgresStream, MayEndEarlyAndTheSessionGoesOn) {
  const auto client = connect_for_test();
  EXPECT_EQ(show(*client, endless, 3), 3U);
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresStream, EndedEarlyLeavesTheTransactionAsItWas) {
  const auto client = connect_for_test();
  answer(*client, "begin");
  EXPECT_EQ(show(*client, "select generate_series(1, 1000)", 3), 3U);
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  answer(*client, "commit");
}

TEST(PostgresStream, EndedEarlyUndoesNothing) {
  const auto client = connect_for_test();
  answer(*client, "create temporary table t(n int4)");
  EXPECT_EQ(show(*client, "insert into t select generate_series(1, 1000) returning n", 3), 3U);
  EXPECT_EQ(value_of(*client, "select count(*) from t"), Value(1'000));
}

TEST(PostgresStream, LetsThroughWhatTheVisitorThrows) {
  const auto client = connect_for_test();
  const auto visit = [](const RowView&) -> bool { throw std::runtime_error("seen enough"); };
  EXPECT_THROW(static_cast<void>(client->stream(endless, {}, visit)), std::runtime_error);
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresStream, AnErrorBehindSomeRowsIsTheAnswer) {
  const auto client = connect_for_test();
  const auto shown = show(*client, "select 1 / (5 - n) from generate_series(1, 10) n", 100);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, "22012");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresStream, ShowsNoRowTwice) {
  const auto client = connect_for_test();
  answer(*client,
         "create function pg_temp.fails(n int4) returns int4 language plpgsql as $$ begin"
         " if n = 5 then raise exception 'no' using errcode = '26000'; end if; return n; end $$");
  std::uint64_t seen = 0;
  const auto shown = client->stream("select pg_temp.fails(n) from generate_series(1, 10) n", {},
                                    [&](const RowView&) { return ++seen < 100; });
  EXPECT_EQ(shown.error().code, "26000");
  EXPECT_EQ(seen, 4U);
}

TEST(PostgresStream, AValueThatCannotBeReadEndsIt) {
  const auto client = connect_for_test();
  const auto shown =
      show(*client, "select 'infinity'::timestamptz, generate_series(1, 100000000)", 100);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().kind, DbErrorKind::conversion);
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresStream, EndsAtTheDeadline) {
  const auto client = connect_for_test();
  client->set_deadline(in(std::chrono::milliseconds(50)));
  const auto shown = show(*client, endless, 1'000'000'000);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().kind, DbErrorKind::timed_out);
  client->set_deadline(Instant::max());
  EXPECT_TRUE(client->ping());
}

TEST(PostgresStream, ACallFromInsideIsAMisuse) {
  const auto client = connect_for_test();
  const auto shown = client->stream("select generate_series(1, 2)", {}, [&](const RowView&) {
    const DbError error = error_of(*client, "select 1");
    EXPECT_EQ(error.kind, DbErrorKind::misuse);
    EXPECT_EQ(error.message, "a stream is under way on this session");
    EXPECT_EQ(client->ping().error().kind, DbErrorKind::misuse);
    EXPECT_EQ(client->reset().error().kind, DbErrorKind::misuse);
    return true;
  });
  EXPECT_EQ(shown, 2U);
}

TEST(PostgresStream, OfAMillionRowsTakesNoMoreMemoryThanOfAFew) {
  const auto client = connect_for_test();
  constexpr const char* sql = "select n, repeat('x', 100) from generate_series(1, 1000000) n";
  EXPECT_EQ(show(*client, sql, 1'000), 1'000U);
  const std::uint64_t before = memory_max();
  EXPECT_EQ(show(*client, sql, 2'000'000), 1'000'000U);
  constexpr std::uint64_t more_max = 32'768;  // All rows together are more than 100,000 KiB.
  EXPECT_LE(memory_max(), before + more_max);
}

}  // namespace
}  // namespace poolproof::postgres
