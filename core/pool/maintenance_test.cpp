#include <poolproof/core/pool/maintenance.h>

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using std::chrono::minutes;

/// Time passes only in here, as far as the waiter wants, until nobody may pass any more; then it
/// stands still.
class SteppingClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return Instant(Duration(now_.load())); }
  void sleep_until(Instant) override {}

  std::cv_status wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                            Instant deadline) override {
    if (steps_left_ > 0) {
      --steps_left_;
      now_ = deadline.time_since_epoch().count();
      return std::cv_status::timeout;
    }
    {
      const std::lock_guard all_done(mutex_);
      is_still_ = true;
    }
    stands_still_.notify_all();
    condition.wait(lock);
    return std::cv_status::no_timeout;
  }

  void wait_until_still() {
    std::unique_lock lock(mutex_);
    stands_still_.wait(lock, [&] { return is_still_; });
  }

 private:
  std::atomic<Duration::rep> now_{0};
  std::atomic<int> steps_left_{3};
  std::mutex mutex_;
  std::condition_variable stands_still_;
  bool is_still_ = false;
};

TEST(Maintenance, ChecksOncePerInterval) {
  fakes::FakeDatabase database;
  SteppingClock clock;
  ConnectionPool pool({.min_size = 1, .health_check_interval = minutes(1)}, database, clock);

  Maintenance maintenance(pool);
  clock.wait_until_still();
  maintenance.stop();

  EXPECT_EQ(clock.now(), Instant(minutes(3)));
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(database.pings, 2U);
}

TEST(Maintenance, IntervalOfZeroMeansNever) {
  fakes::FakeDatabase database;
  SteppingClock clock;
  ConnectionPool pool({.min_size = 1, .health_check_interval = Duration::zero()}, database, clock);

  { const Maintenance maintenance(pool); }

  EXPECT_EQ(clock.now(), Instant{});
  EXPECT_EQ(database.connects, 0U);
}

TEST(Maintenance, LeavesSignalsToTheApplication) {
  fakes::FakeDatabase database;
  SteppingClock clock;
  ConnectionPool pool({.min_size = 1}, database, clock);
  sigset_t seen{};
  database.on_connect = [&]() -> fakes::Answer {
    pthread_sigmask(SIG_SETMASK, nullptr, &seen);
    return {};
  };

  Maintenance maintenance(pool);
  clock.wait_until_still();
  maintenance.stop();

  EXPECT_EQ(sigismember(&seen, SIGTERM), 1);
  EXPECT_EQ(sigismember(&seen, SIGINT), 1);
  sigset_t mine{};
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  EXPECT_EQ(sigismember(&mine, SIGTERM), 0);
}

TEST(HealthCheck, EndsAfterTheCallThatIsUnderWayWhenItIsStopped) {
  fakes::FakeDatabase database;
  fakes::FakeClock clock;
  ConnectionPool pool({.min_size = 5, .max_size = 5}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  std::stop_source stop;
  database.on_ping = [&]() -> fakes::Answer {
    stop.request_stop();
    return {};
  };

  pool.health_check(stop.get_token());

  EXPECT_EQ(database.pings, 1U);
}

/// Opens sessions that only answer together: one alone would wait for ever.
class MeetingDatabase final : public DbClientFactory {
 public:
  explicit MeetingDatabase(std::ptrdiff_t guests) : all_(guests) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override {
    all_.arrive_and_wait();
    const std::lock_guard guard(mutex_);
    return database_.connect(deadline);
  }

 private:
  std::barrier<> all_;
  std::mutex mutex_;
  fakes::FakeDatabase database_;
};

/// Whose first ping answers only when as many others have been asked as it waits for.
class HungPingDatabase final : public DbClientFactory {
 public:
  explicit HungPingDatabase(int others) : others_(others) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    return std::make_unique<Session>(*this);
  }

 private:
  class Session final : public DbClient {
   public:
    explicit Session(HungPingDatabase& database) : database_(database) {}
    std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
      return ResultSet{};
    }
    std::expected<void, DbError> ping() override {
      std::unique_lock lock(database_.mutex_);
      const bool is_first = database_.pings_++ == 0;
      database_.changed_.notify_all();
      if (is_first) {
        database_.changed_.wait(lock, [&] { return database_.pings_ > database_.others_; });
      }
      return {};
    }
    std::expected<void, DbError> reset() override { return {}; }
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

   private:
    HungPingDatabase& database_;
  };

  const int others_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int pings_ = 0;
};

TEST(HealthCheck, IsNotHeldUpByOneHungPingWhereTwoRunAtOnce) {
  HungPingDatabase database(7);
  SteadyClock clock;
  ConnectionPool pool({.min_size = 8, .max_size = 8, .calls_at_once = 2}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());

  pool.health_check();  // Else it would never end.

  EXPECT_EQ(pool.metrics().idle, 8U);
}

TEST(EnsureMinSize, OpensSeveralAtOnce) {
  MeetingDatabase database(3);
  SteadyClock clock;
  ConnectionPool pool({.min_size = 3, .max_size = 3, .calls_at_once = 3}, database, clock);

  EXPECT_TRUE(pool.ensure_min_size());

  EXPECT_EQ(pool.metrics().idle, 3U);
}

}  // namespace
}  // namespace poolproof
