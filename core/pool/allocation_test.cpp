// Acquire and release of an existing connection allocate nothing. Replaces operator new for this
// test program.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace {

std::atomic<std::size_t> allocations{0};
std::atomic<bool> is_memory_short{false};

}  // namespace

// Not inline: g++ would see free() meet new, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (is_memory_short) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace poolproof {
namespace {

/// No memory can be had as long as it lives.
struct ShortMemory {
  ShortMemory() { is_memory_short = true; }
  ~ShortMemory() { is_memory_short = false; }
  ShortMemory(const ShortMemory&) = delete;
  ShortMemory& operator=(const ShortMemory&) = delete;
};

class Counter final : public PoolObserver {
 public:
  void on_event(const PoolEvent&) override { ++events; }
  std::size_t events = 0;
};

struct Allocation : testing::Test {
  fakes::FakeDatabase database;
  fakes::FakeClock clock;
};

TEST_F(Allocation, AcquireAndReleaseOfAnExistingConnectionNeedNone) {
  ConnectionPool pool({.min_size = 1}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  const std::size_t before = allocations;

  { auto lease = pool.acquire(); }

  EXPECT_EQ(allocations, before);
  EXPECT_EQ(pool.metrics().releases, 1U);
}

TEST_F(Allocation, NeitherDoTheyUnderObservation) {
  Counter counter;
  ConnectionPool pool({.min_size = 1}, database, clock, &counter);
  ASSERT_TRUE(pool.ensure_min_size());
  const std::size_t before = allocations;

  { auto lease = pool.acquire(); }

  EXPECT_EQ(allocations, before);
  EXPECT_GT(counter.events, 3U);
}

TEST_F(Allocation, NeitherDoTimeoutHealthCheckAndClose) {
  ConnectionPool pool({.min_size = 1, .max_size = 1}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  const std::size_t before = allocations;

  {
    auto lease = pool.acquire();
    EXPECT_FALSE(pool.acquire(std::chrono::seconds(1)));
  }
  pool.health_check();
  pool.close();

  EXPECT_EQ(allocations, before);
}

TEST_F(Allocation, ConnectWithoutMemoryIsAConnectErrorAndLosesNoSlot) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  {
    const ShortMemory no_memory;
    auto none = pool.acquire();
    EXPECT_FALSE(none);
    EXPECT_EQ(none.error().cause.kind, DbErrorKind::exception);
  }

  auto lease = pool.acquire();

  EXPECT_TRUE(lease);
}

TEST_F(Allocation, ResizeWithoutMemoryIsAnErrorEvenWhereThereIsSomethingToWarnOf) {
  ConnectionPool pool({.min_size = 0,
                       .max_size = 1,
                       .idle_timeout = std::chrono::minutes(2),
                       .max_lifetime = std::chrono::minutes(1)},
                      database, clock);
  const ShortMemory no_memory;

  const auto resized = pool.resize(0, 1);

  ASSERT_FALSE(resized);
  EXPECT_EQ(resized.error().rule, "out of memory");
}

TEST_F(Allocation, DeadSessionThatComesBackIsClosedWithoutMemoryForWords) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  ASSERT_TRUE(lease);
  database.is_dead = true;
  {
    const ShortMemory no_memory;
    lease->release();
  }

  EXPECT_EQ(pool.metrics().closes, 1U);
}

TEST_F(Allocation, DeadSessionThatIsFoundIsClosedWithoutMemoryForWords) {
  ConnectionPool pool({.min_size = 1, .max_size = 1}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  database.is_dead = true;
  {
    const ShortMemory no_memory;
    pool.health_check();
  }

  EXPECT_EQ(pool.metrics().closes, 1U);
}

TEST_F(Allocation, ErrorWhoseMessageFindsNoMemoryHasNone) {
  const ShortMemory no_memory;

  const DbError error = make_error(DbErrorKind::exception, "a message of more than a few letters");

  EXPECT_EQ(error.kind, DbErrorKind::exception);
  EXPECT_EQ(error.message, "");
}

TEST_F(Allocation, ResizeWithoutMemorySaysSoAndChangesNothing) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  {
    const ShortMemory no_memory;
    const auto resized = pool.resize(0, 2);
    ASSERT_FALSE(resized);
    EXPECT_EQ(resized.error().rule, "out of memory");
  }

  auto lease = pool.acquire();

  EXPECT_FALSE(pool.try_acquire());
}

}  // namespace
}  // namespace poolproof
