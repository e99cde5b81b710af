#include <poolproof/core/db/result_set.h>

#include <gtest/gtest.h>

#include <stdexcept>

#include <poolproof/core/ensure.h>

namespace poolproof {
namespace {

struct FactDoesNotHold : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Turns a broken fact into an exception as long as it lives.
class ThrowOnMistake {
 public:
  ThrowOnMistake()
      : before_(set_ensure_handler(
            [](std::source_location where) { throw FactDoesNotHold(where.function_name()); })) {}
  ~ThrowOnMistake() { set_ensure_handler(before_); }
  ThrowOnMistake(const ThrowOnMistake&) = delete;
  ThrowOnMistake& operator=(const ThrowOnMistake&) = delete;

 private:
  EnsureHandler before_;
};

TEST(ResultSet, FindsValuesByRowAndColumn) {
  ResultSet result({"id", "name"});
  result.add({1, "Ada"});
  result.add({2, "Grace"});

  EXPECT_EQ(result.size(), 2U);
  EXPECT_EQ(result.at(1, "name"), Value("Grace"));
  EXPECT_EQ(result.find_column("name"), 1U);
  EXPECT_EQ(result.find_column("Name"), std::nullopt);
}

TEST(ResultSet, RefusesARowOfAnotherLength) {
  const ThrowOnMistake mistakes;
  ResultSet result({"id", "name"});

  EXPECT_THROW(result.add({1}), FactDoesNotHold);
  EXPECT_TRUE(result.empty());
}

TEST(ResultSet, RefusesAPlaceItDoesNotHave) {
  const ThrowOnMistake mistakes;
  ResultSet result({"id"});
  result.add({1});

  EXPECT_THROW((void)result.at(1, "id"), FactDoesNotHold);
  EXPECT_THROW((void)result.at(0, "name"), FactDoesNotHold);
}

TEST(ResultSet, SaysHowManyRowsAStatementTouched) {
  EXPECT_EQ(ResultSet::of_affected(3).affected_rows(), 3U);
  EXPECT_TRUE(ResultSet::of_affected(3).empty());
}

}  // namespace
}  // namespace poolproof
