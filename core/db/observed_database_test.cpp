#include <poolproof/core/db/observed_database.h>

#include <gtest/gtest.h>

#include <stdexcept>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

/// Answers with what a test wants, after a second of its clock.
class SlowDatabase final : public DbClientFactory {
 public:
  explicit SlowDatabase(fakes::FakeClock& clock) : clock_(clock) {}

  std::function<std::expected<ResultSet, DbError>()> on_execute = [] { return ResultSet{}; };

  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    return std::make_unique<Session>(*this);
  }

 private:
  class Session final : public DbClient {
   public:
    explicit Session(SlowDatabase& database) : database_(database) {}
    std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
      database_.clock_.advance(std::chrono::seconds(1));
      return database_.on_execute();
    }
    std::expected<void, DbError> ping() override { return {}; }
    std::expected<void, DbError> reset() override { return {}; }
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::postgresql; }

   private:
    SlowDatabase& database_;
  };

  fakes::FakeClock& clock_;
};

/// Keeps what it is told, as lines.
class Diary final : public StatementObserver {
 public:
  std::shared_ptr<void> on_begin(const StatementCall& call) override {
    lines.push_back("begins: " + std::string(call.text));
    return std::make_shared<int>(7);
  }
  void on_end(const StatementCall& call, const std::shared_ptr<void>& begun) override {
    std::string line = "ends after " + to_string(call.took) + ", " +
                       std::to_string(*std::static_pointer_cast<int>(begun)) + ":";
    for (const auto& [name, value] : span_attributes(call))
      line.append(" ").append(name).append("=").append(value);
    lines.push_back(line);
    if (throws) throw std::runtime_error("the collector is away");
  }
  std::vector<std::string> lines;
  bool throws = false;
};

struct ObservedDatabaseTests : testing::Test {
  fakes::FakeClock clock;
  SlowDatabase database{clock};
  Diary diary;
  ObservedDatabase observed{database, clock, diary};
  std::unique_ptr<DbClient> client = std::move(*observed.connect(Instant::max()));
};

TEST_F(ObservedDatabaseTests, TellsOfAStatementInTheWordsOfOpenTelemetry) {
  database.on_execute = [] {
    ResultSet result({"n"});
    result.add({1});
    return result;
  };

  EXPECT_TRUE(client->execute("/* list */ select n from t where secret = $1", {"hunter2"}));

  EXPECT_EQ(diary.lines,
            (std::vector<std::string>{
                "begins: /* list */ select n from t where secret = $1",
                "ends after 1 s, 7: db.system.name=postgresql db.operation.name=select "
                "db.query.text=/* list */ select n from t where secret = $1 "
                "db.response.returned_rows=1"}));
}

TEST_F(ObservedDatabaseTests, TellsWhyAStatementFailed) {
  database.on_execute = [] {
    return std::unexpected(DbError{DbErrorKind::unique_violation, "taken", "23505"});
  };

  EXPECT_FALSE(client->execute("insert into t values (1)", {}));

  EXPECT_EQ(diary.lines.back(),
            "ends after 1 s, 7: db.system.name=postgresql db.operation.name=insert "
            "db.query.text=insert into t values (1) error.type=unique_violation "
            "db.response.status_code=23505");
}

TEST_F(ObservedDatabaseTests, TellsOfAClientThatThrows) {
  database.on_execute = []() -> std::expected<ResultSet, DbError> {
    throw std::runtime_error("the driver is confused");
  };

  EXPECT_THROW(static_cast<void>(client->execute("select 1", {})), std::runtime_error);

  EXPECT_EQ(diary.lines.back(),
            "ends after 1 s, 7: db.system.name=postgresql db.operation.name=select "
            "db.query.text=select 1 error.type=exception");
}

TEST_F(ObservedDatabaseTests, TellsOfAStreamHowManyRowsWereShown) {
  database.on_execute = [] {
    ResultSet result({"n"});
    result.add({1});
    result.add({2});
    return result;
  };

  EXPECT_EQ(client->stream("select n from t", {}, [](RowView) { return false; }), 1U);

  EXPECT_EQ(diary.lines.back(),
            "ends after 1 s, 7: db.system.name=postgresql db.operation.name=select "
            "db.query.text=select n from t db.response.returned_rows=1");
}

TEST_F(ObservedDatabaseTests, DropsWhatTheObserverThrows) {
  diary.throws = true;

  EXPECT_TRUE(client->execute("select 1", {}));
  EXPECT_EQ(diary.lines.size(), 2U);
}

TEST(SlowStatements, AreToldAndOthersAreNot) {
  fakes::FakeClock clock;
  SlowDatabase database(clock);
  std::vector<std::string> told;
  const auto tell = [&](const StatementCall& call) { told.emplace_back(call.text); };
  SlowStatements from_one_second(std::chrono::seconds(1), tell);
  SlowStatements from_two_seconds(std::chrono::seconds(2), tell);
  ObservedDatabase slow(database, clock, from_one_second);
  ObservedDatabase fast(database, clock, from_two_seconds);

  EXPECT_TRUE((*slow.connect(Instant::max()))->execute("select 'slow'", {}));
  EXPECT_TRUE((*fast.connect(Instant::max()))->execute("select 'fast'", {}));

  EXPECT_EQ(told, std::vector<std::string>{"select 'slow'"});
}

TEST_F(ObservedDatabaseTests, IsADatabaseToAPool) {
  ConnectionPool pool({.min_size = 1, .max_size = 1}, observed, clock);
  auto lease = pool.acquire();
  ASSERT_TRUE(lease);

  EXPECT_TRUE(lease->client().execute("select 1", {}));

  EXPECT_EQ(diary.lines.size(), 2U);
}

}  // namespace
}  // namespace poolproof
