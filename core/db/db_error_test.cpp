#include <poolproof/core/db/db_error.h>

#include <gtest/gtest.h>

#include <set>

namespace poolproof {
namespace {

constexpr auto last_kind = DbErrorKind::misuse;

/// Every kind that `is_so` says yes to.
std::set<DbErrorKind> kinds_that(bool (*is_so)(const DbError&) noexcept) {
  std::set<DbErrorKind> kinds;
  for (int number = 0; number <= static_cast<int>(last_kind); ++number) {
    const auto kind = static_cast<DbErrorKind>(number);
    if (is_so(DbError{kind})) kinds.insert(kind);
  }
  return kinds;
}

TEST(DbErrorKind, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int number = 0; number <= static_cast<int>(last_kind); ++number)
    names.insert(to_string(static_cast<DbErrorKind>(number)));

  EXPECT_EQ(names.size(), 23U);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(to_string(static_cast<DbErrorKind>(static_cast<int>(last_kind) + 1)), "unknown");
}

TEST(DbError, PrintsWhatItHas) {
  EXPECT_EQ(to_string(DbError{DbErrorKind::timed_out}), "timed_out");
  EXPECT_EQ(to_string(DbError{DbErrorKind::misuse, "no table"}), "misuse: no table");
  EXPECT_EQ(to_string(DbError{DbErrorKind::busy, "", "5"}), "busy (5)");
  EXPECT_EQ(to_string(DbError{DbErrorKind::statement_outdated, "", "0A000"}),
            "statement_outdated (0A000)");
  EXPECT_EQ(to_string(DbError{DbErrorKind::unique_violation, "duplicate key", "23505",
                              "insert into users (id) values ($1)"}),
            "unique_violation (23505): duplicate key in: insert into users (id) values ($1)");
}

TEST(DbError, KeepsNoMoreOfAStatementThanExplainsIt) {
  const std::string longest(1024, 'a');

  EXPECT_EQ(kept_of_statement("select 1"), "select 1");
  EXPECT_EQ(kept_of_statement(longest), longest);
  EXPECT_EQ(kept_of_statement(longest + "b"), longest + "...");
  EXPECT_EQ(kept_of_statement(longest.substr(1) + "\u00e9"), longest.substr(1) + "...");
  EXPECT_EQ(kept_of_statement(longest + "..."), longest + "...");
  EXPECT_EQ(kept_of_statement(longest.substr(1) + "..."), longest.substr(1) + "...");
  EXPECT_EQ(to_string(DbError{DbErrorKind::busy, "", "", longest + "b"}),
            "busy in: " + longest + "...");
}

TEST(DbError, IsRetrySafeOnlyWhereTheTransactionSurelyHadNoEffect) {
  const std::set<DbErrorKind> safe{DbErrorKind::serialization_failure, DbErrorKind::deadlock,
                                   DbErrorKind::busy, DbErrorKind::statement_outdated};

  EXPECT_EQ(kinds_that(&is_retry_safe), safe);
}

TEST(DbError, SaysWhichSessionsAreOfNoMoreUse) {
  const std::set<DbErrorKind> lost{DbErrorKind::connection_failed, DbErrorKind::connection_lost,
                                   DbErrorKind::exception, DbErrorKind::ambiguous_commit};

  EXPECT_EQ(kinds_that(&is_session_lost), lost);
}

}  // namespace
}  // namespace poolproof
