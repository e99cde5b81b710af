#include <poolproof/core/db/db_client.h>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace poolproof {
namespace {

/// Answers everything with what it was given, and knows no better than DbClient does.
class AnsweringClient : public DbClient {
 public:
  explicit AnsweringClient(std::expected<ResultSet, DbError> answer)
      : answer_(std::move(answer)) {}

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override {
    asked_ = std::string(sql) + " with " + std::to_string(parameters.size());
    return answer_;
  }
  std::expected<void, DbError> ping() override { return {}; }
  std::expected<void, DbError> reset() override { return {}; }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

  [[nodiscard]] const std::string& asked() const noexcept { return asked_; }

 private:
  std::expected<ResultSet, DbError> answer_;
  std::string asked_;
};

ResultSet three_names() {
  ResultSet result({"name"});
  result.add({"Ada"});
  result.add({"Grace"});
  result.add({"Barbara"});
  return result;
}

TEST(DbClient, StreamsWhatItExecutesRowByRow) {
  AnsweringClient client(three_names());
  std::vector<std::string> seen;

  const auto shown = client.stream("select name", {{1, 2}}, [&](RowView row) {
    seen.push_back(row.get<std::string>("name").value());
    return true;
  });

  EXPECT_EQ(shown, 3U);
  EXPECT_EQ(seen, (std::vector<std::string>{"Ada", "Grace", "Barbara"}));
  EXPECT_EQ(client.asked(), "select name with 2");
}

TEST(DbClient, IsTakenToLiveWhereItKnowsNoBetter) {
  AnsweringClient client(three_names());

  EXPECT_FALSE(client.is_known_dead());
  EXPECT_FALSE(client.is_in_transaction());
}

TEST(DbClient, TakesParametersThatAreWrittenDown) {
  AnsweringClient answering(three_names());
  DbClient& client = answering;
  const std::vector<Value> kept{1, 2, 3};

  EXPECT_TRUE(client.execute("one", {42}));
  EXPECT_EQ(answering.asked(), "one with 1");
  EXPECT_TRUE(client.execute("two", {"a", nullptr}));
  EXPECT_EQ(answering.asked(), "two with 2");
  EXPECT_TRUE(client.execute("none", {}));
  EXPECT_EQ(answering.asked(), "none with 0");
  EXPECT_TRUE(client.execute("braced", {{42}}));
  EXPECT_EQ(answering.asked(), "braced with 1");
  EXPECT_TRUE(client.execute("two, braced", {{1, 2}}));
  EXPECT_EQ(answering.asked(), "two, braced with 2");
  EXPECT_TRUE(client.execute("kept", kept));
  EXPECT_EQ(answering.asked(), "kept with 3");
  EXPECT_TRUE(client.execute("kept, braced", {kept}));
  EXPECT_EQ(answering.asked(), "kept, braced with 3");
}

TEST(DbClient, StopsStreamingWhenTheVisitorHasSeenEnough) {
  AnsweringClient client(three_names());
  int calls = 0;

  const auto shown = client.stream("select name", {}, [&](RowView) { return ++calls < 2; });

  EXPECT_EQ(shown, 2U);
  EXPECT_EQ(calls, 2);
}

TEST(DbClient, StreamsNothingOfAnError) {
  const DbError lost{DbErrorKind::connection_lost, "gone"};
  AnsweringClient client(std::unexpected<DbError>{lost});
  int calls = 0;

  const auto shown = client.stream("select name", {}, [&](RowView) { return ++calls > 0; });

  ASSERT_FALSE(shown.has_value());
  EXPECT_EQ(shown.error(), lost);
  EXPECT_EQ(calls, 0);
}

TEST(DbClient, LetsPassWhatTheVisitorThrows) {
  AnsweringClient client(three_names());
  const RowVisitor visit = [](RowView) -> bool { throw std::runtime_error("enough"); };

  EXPECT_THROW((void)client.stream("select name", {}, visit), std::runtime_error);
}

TEST(DbClient, KnowsNothingOfTransactionsUnlessItsDriverDoes) {
  AnsweringClient client(three_names());

  client.set_deadline(Instant());

  EXPECT_FALSE(client.is_in_transaction());
}

}  // namespace
}  // namespace poolproof
