#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/relay_for_test.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

/// A session whose round trips are counted.
class PostgresRoundTrips : public testing::TestWithParam<std::size_t> {
 protected:
  template <class Call>
  int of(Call&& call) {
    const int before = relay_.round_trips();
    call();
    return relay_.round_trips() - before;
  }
  int of_question(const char* sql, std::vector<Value> parameters = {}) {
    return of([&] { answer(*client_, sql, std::move(parameters)); });
  }

  Relay relay_{server_for_test().folder()};
  const std::unique_ptr<DbClient> client_ =
      connect_for_test({.address = relay_.address(), .statements_max = GetParam()});
};

TEST_P(PostgresRoundTrips, AreOneForAStatementHoweverOftenItWasRun) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(of_question("select $1::int8 + 1", {i}), 1);
    EXPECT_EQ(of_question("select $1::text", {"another"}), 1);
    EXPECT_EQ(of_question("begin"), 1);
    EXPECT_EQ(of_question("select $1::int8 + 2", {i}), 1);
    EXPECT_EQ(of_question("commit"), 1);
  }
}

TEST_P(PostgresRoundTrips, AreOneForAStream) {
  const auto show = [&] {
    EXPECT_EQ(
        client_->stream("select n from generate_series(1, 3) n", {}, [](RowView) { return true; }),
        3U);
  };
  EXPECT_EQ(of(show), 1);
  EXPECT_EQ(of(show), 1);
}

TEST_P(PostgresRoundTrips, AreOneWhereAnotherStatementHasToGo) {
  for (int i = 0; i < 5; ++i) {
    const std::string sql = "select " + std::to_string(i);
    EXPECT_EQ(of([&] { EXPECT_EQ(value_of(*client_, sql), Value(i)); }), 1);
  }
}

TEST_P(PostgresRoundTrips, AreOneMoreForAStatementThatSomebodyElseHasDropped) {
  answer(*client_, "select 'dropped'");
  answer(*client_, "do $$ begin execute 'deallocate all'; end $$");
  EXPECT_EQ(of_question("select 'dropped'"), GetParam() == 0 ? 1 : 2);
  EXPECT_EQ(of_question("select 'dropped'"), 1);
}

TEST_P(PostgresRoundTrips, AreOneForAnError) {
  EXPECT_EQ(of([&] { EXPECT_EQ(error_of(*client_, "select nowhere").code, "42703"); }), 1);
  EXPECT_EQ(of([&] { EXPECT_EQ(error_of(*client_, "select 1 / $1", {0}).code, "22012"); }), 1);
  EXPECT_EQ(of_question("select 1"), 1);
}

INSTANTIATE_TEST_SUITE_P(WithACacheOf, PostgresRoundTrips, testing::Values(0, 3, 256));

}  // namespace
}  // namespace poolproof::postgres
