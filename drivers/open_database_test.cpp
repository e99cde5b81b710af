#include <poolproof/drivers/open_database.h>

#include <gtest/gtest.h>

#include <stdexcept>

namespace poolproof {
namespace {

std::string refusal(const std::string& address) {
  SteadyClock clock;
  try {
    (void)open_database(address, clock);
  } catch (const std::invalid_argument& mistake) {
    return mistake.what();
  }
  return "";
}

TEST(OpenDatabase, FindsSqliteByItsPath) {
  SteadyClock clock;
  const auto database = open_database("sqlite::memory:", clock);
  auto client = database->connect(Instant::max());

  ASSERT_TRUE(client) << to_string(client.error());
  EXPECT_EQ((*client)->dialect(), Dialect::sqlite);
  EXPECT_EQ((*client)->execute("select 1 + 1", {})->values()[0], Value(2));
}

#ifdef POOLPROOF_HAS_LIBPQ
TEST(OpenDatabase, AsksNoServerBeforeASessionIsOpened) {
  EXPECT_EQ(refusal("postgresql://nobody@/nothing?host=/nowhere"), "");
  EXPECT_EQ(refusal("postgres://nobody@/nothing?host=/nowhere"), "");
}
#else
TEST(OpenDatabase, SaysThatItHasNoPostgresWhereItWasBuiltWithoutIt) {
  EXPECT_EQ(refusal("postgresql://nobody@/nothing"),
            "this build of poolproof has no PostgreSQL: libpq was not found");
}
#endif

TEST(OpenDatabase, RefusesWhatItDoesNotKnowWithoutSayingWhatItWas) {
  EXPECT_EQ(refusal("mysql://root:secret@localhost/app"),
            "the address of a database begins with sqlite:, postgresql:// or postgres://");
  EXPECT_EQ(refusal("sqlite:"), "the address of a database in SQLite ends with its path");
}

}  // namespace
}  // namespace poolproof
