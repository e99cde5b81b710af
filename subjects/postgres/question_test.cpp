#include <poolproof/subjects/postgres/question.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace poolproof::subjects {
namespace {

using std::chrono::seconds;

class Asked final : public DbClient {
 public:
  using DbClient::execute;
  std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
    return ResultSet{};
  }
  std::expected<void, DbError> ping() override { return {}; }
  std::expected<void, DbError> reset() override { return {}; }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::postgresql; }
};

/// Refuses the first `refusals` connects.
class Recovering final : public DbClientFactory {
 public:
  explicit Recovering(int refusals) : refusals_(refusals) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    if (refusals_-- > 0)
      return std::unexpected(DbError{DbErrorKind::connection_failed, "not yet", "57P03"});
    return std::make_unique<Asked>();
  }

 private:
  int refusals_;
};

/// Sleepers move it.
class EagerClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return now_; }
  void sleep_until(Instant instant) override { now_ = instant; }

 private:
  Instant now_{};
};

using Answer = std::expected<int, DbError>;

TEST(Question, IsAskedAgainWhileTheServerRecovers) {
  EagerClock clock;
  Recovering factory(3);
  int asked = 0;

  const int answer = answer_of(factory, clock, [&](DbClient&) -> Answer {
    if (++asked == 1)
      return std::unexpected(DbError{DbErrorKind::connection_lost, "shutting down"});
    return 42;
  });

  EXPECT_EQ(answer, 42);
  EXPECT_EQ(asked, 2);
}

std::string complaint_of(Recovering& factory, EagerClock& clock, DbErrorKind kind) {
  try {
    answer_of(factory, clock, [&](DbClient&) -> Answer {
      return std::unexpected(DbError{kind, "no"});
    });
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(Question, IsGivenUpAfterHalfAMinute) {
  EagerClock clock;
  Recovering factory(1'000'000);

  EXPECT_EQ(complaint_of(factory, clock, DbErrorKind::rejected),
            "connection_failed (57P03): not yet");
  EXPECT_EQ(clock.now(), Instant(seconds(30)));
}

TEST(Question, IsNotAskedAgainWhenItIsRefused) {
  EagerClock clock;
  Recovering factory(0);

  EXPECT_EQ(complaint_of(factory, clock, DbErrorKind::rejected), "rejected: no");
  EXPECT_EQ(clock.now(), Instant());
}

}  // namespace
}  // namespace poolproof::subjects
