#include <poolproof/core/spin_mutex.h>

#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

TEST(SpinMutex, IsHeldByOneAtATime) {
  SpinMutex mutex;
  const std::scoped_lock lock(mutex);

  EXPECT_FALSE(mutex.try_lock());
}

TEST(SpinMutex, IsFreeAfterwards) {
  SpinMutex mutex;
  { const std::scoped_lock lock(mutex); }

  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

// Under ThreadSanitizer also that what is written under it is seen.
TEST(SpinMutex, LosesNoIncrementOfManyThreads) {
  SpinMutex mutex;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 2'000; ++i) {
          const std::scoped_lock lock(mutex);
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, 8'000);
}

}  // namespace
}  // namespace poolproof
