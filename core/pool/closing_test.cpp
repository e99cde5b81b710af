// Sessions whose close hangs: what waits for them, for how long, and what counts.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include <poolproof/core/pool/connection_pool.h>

namespace poolproof {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// Sessions that do not close before they are let, in the order that they want.
class HangingDatabase final : public DbClientFactory {
 public:
  ~HangingDatabase() override { let_close(); }

  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    ++connects;
    return std::make_unique<Session>(*this);
  }
  void hang() {
    const std::lock_guard guard(mutex_);
    hanging_ = 1'000;
  }
  /// Only the next one.
  void hang_once() {
    const std::lock_guard guard(mutex_);
    hanging_ = 1;
  }
  void let_close() {
    const std::lock_guard guard(mutex_);
    hanging_ = 0;
    may_close_ = true;
    changed_.notify_all();
  }
  void wait_for_closes(int closes_wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closes >= closes_wanted; });
  }

  std::atomic<int> connects = 0;
  std::atomic<int> closes = 0;

 private:
  class Session final : public DbClient {
   public:
    explicit Session(HangingDatabase& database) : database_(database) {}
    ~Session() override {
      std::unique_lock lock(database_.mutex_);
      if (database_.hanging_ > 0) {
        --database_.hanging_;
        database_.changed_.wait(lock, [&] { return database_.may_close_; });
      }
      ++database_.closes;
      database_.changed_.notify_all();
    }
    std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
      return ResultSet{};
    }
    std::expected<void, DbError> ping() override { return {}; }
    std::expected<void, DbError> reset() override { return {}; }
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

   private:
    HangingDatabase& database_;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  int hanging_ = 0;
  bool may_close_ = false;
};

struct HangingClose : testing::Test {
  HangingDatabase database;
  SteadyClock clock;
  std::optional<ConnectionPool> pool;

  void open_pool(std::size_t size, Duration close_timeout = milliseconds(20)) {
    pool.emplace(PoolConfig{.min_size = size, .max_size = size, .close_timeout = close_timeout},
                 database, clock);
    ASSERT_TRUE(pool->ensure_min_size());
  }
};

TEST_F(HangingClose, CountsUntilItEndsWhileTheLeasesHolderGoesOn) {
  open_pool(1);
  database.hang();
  auto lease = pool->acquire();
  lease->invalidate();

  lease->release();

  EXPECT_EQ(pool->metrics().invalid, 1U);
  const auto none = pool->acquire(milliseconds(10));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
  EXPECT_EQ(database.connects, 1);
  database.let_close();
  EXPECT_TRUE(pool->acquire(hours(1)));
  EXPECT_EQ(database.connects, 2);
}

TEST_F(HangingClose, DoesNotKeepOthersOpen) {
  open_pool(8);
  database.hang_once();

  pool->evict_all();

  database.wait_for_closes(7);
  while (pool->metrics().invalid > 1)  // Until the pool has heard of all seven.
    clock.sleep_until(clock.now());
  EXPECT_EQ(pool->metrics().invalid, 1U);
  database.let_close();
  EXPECT_EQ(pool->drain(hours(1)), 0U);
  EXPECT_EQ(database.closes, 8);
}

TEST_F(HangingClose, DoesNotHoldUpTheEndOfAPool) {
  open_pool(4);
  database.hang();

  pool.reset();

  EXPECT_EQ(database.closes, 0);
  database.let_close();
  database.wait_for_closes(4);
}

TEST_F(HangingClose, OfAnExpiredConnectionDoesNotOutlastItsCallersDeadline) {
  pool.emplace(PoolConfig{.min_size = 1,
                          .max_size = 1,
                          .max_lifetime = milliseconds(1),
                          .close_timeout = hours(1)},
               database, clock);
  ASSERT_TRUE(pool->ensure_min_size());
  clock.sleep_until(clock.now() + milliseconds(20));
  database.hang();

  const auto none = pool->acquire(milliseconds(20));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
  database.let_close();
  EXPECT_EQ(pool->drain(hours(1)), 0U);
}

TEST_F(HangingClose, IsWaitedForWhereItEndsInTime) {
  open_pool(4, hours(1));

  pool->evict_all();

  EXPECT_EQ(database.closes, 4);
  EXPECT_EQ(pool->metrics().total, 0U);
}

}  // namespace
}  // namespace poolproof
