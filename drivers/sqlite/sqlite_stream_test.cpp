#include <malloc.h>
#include <sqlite3.h>

#include <limits>
#include <stdexcept>

#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

constexpr std::string_view three = "select 1 as n union all select 2 union all select 3";

class SqliteStream : public testing::Test {
 protected:
  TestDatabase database_;
  TestSession session_ = database_.connect();
};

TEST_F(SqliteStream, ShowsEveryRowInOrder) {
  std::vector<Value> seen;

  const auto shown = session_.stream(three, {}, [&](RowView row) {
    seen.push_back(row.at("n"));
    return true;
  });

  EXPECT_EQ(shown.value_or(0), 3U);
  EXPECT_EQ(seen, (std::vector<Value>{1, 2, 3}));
}

TEST_F(SqliteStream, StopsWhenTheVisitorHasSeenEnough) {
  const auto shown = session_.stream(three, {}, [](RowView row) { return row.at(0) != Value(2); });

  EXPECT_EQ(shown.value_or(0), 2U);
  EXPECT_EQ(session_.run(three).size(), 3U);
}

TEST_F(SqliteStream, LetsThroughWhatTheVisitorThrows) {
  const auto throws = [](RowView) -> bool { throw std::runtime_error("enough"); };

  EXPECT_THROW((void)session_.stream(three, {}, throws), std::runtime_error);
  EXPECT_EQ(session_.run(three).size(), 3U);
}

TEST_F(SqliteStream, RefusesItsVisitorTheSession) {
  std::vector<std::string> said;

  const auto shown = session_.stream("select 1", {}, [&](RowView) {
    said.push_back(to_string(session_.fail("select 2")));
    said.push_back(to_string(session_->ping().error()));
    said.push_back(to_string(session_->reset().error()));
    return true;
  });

  const std::string sentence =
      "misuse: the visitor of a stream must not use the stream's own session";
  EXPECT_EQ(shown.value_or(0), 1U);
  EXPECT_EQ(said, (std::vector<std::string>{sentence + " in: select 2", sentence, sentence}));
}

TEST_F(SqliteStream, WritesAllRowsOfWhichOnlyOneIsShown) {
  session_.run("create table t (n integer)");

  const auto shown = session_.stream("insert into t values (1), (2) returning n", {},
                                     [](RowView) { return false; });

  EXPECT_EQ(shown.value_or(0), 1U);
  EXPECT_EQ(session_.ask("select count(*) from t"), Value(2));
}

TEST_F(SqliteStream, TellsOfAnErrorOnTheWay) {
  const auto shown =
      session_.stream("select abs(n) from (select 1 as n union all select $1)",
                      {std::numeric_limits<std::int64_t>::min()}, [](RowView) { return true; });

  ASSERT_FALSE(shown.has_value());
  EXPECT_EQ(shown.error().message, "integer overflow");
}

/// What is allocated now; always the same number where a sanitizer has its own heap.
std::size_t bytes_in_use() {
  return ::mallinfo2().uordblks;
}

TEST_F(SqliteStream, ShowsAMillionRowsInTheMemoryOfAFew) {
  constexpr std::uint64_t rows = 1'000'000;
  const std::string sql =
      "with recursive c(n) as (select 1 union all select n + 1 from c where n < 1000000) "
      "select n, 'a text that is too long to stand in the string itself' from c";
  std::size_t bytes_early = 0;
  std::size_t bytes_late = 0;

  sqlite3_memory_highwater(1);
  const auto shown = session_.stream(sql, {}, [&](RowView row) {
    const auto n = row.get<std::uint32_t>(0).value_or(0);
    if (n == 100) bytes_early = bytes_in_use();
    if (n == rows) bytes_late = bytes_in_use();
    return true;
  });

  EXPECT_EQ(shown.value_or(0), rows);
  EXPECT_LE(bytes_late, bytes_early + 4'096);
  EXPECT_LE(sqlite3_memory_highwater(0), 4'000'000);
}

}  // namespace
}  // namespace poolproof
