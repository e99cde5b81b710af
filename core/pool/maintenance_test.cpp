#include <poolproof/core/pool/maintenance.h>

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>

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

}  // namespace
}  // namespace poolproof
