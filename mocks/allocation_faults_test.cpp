#include <poolproof/mocks/allocation_faults.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <thread>

#include <gtest/gtest.h>

namespace poolproof::mocks {
namespace {

using Watch = AllocationFaults::Watch;
using Pause = AllocationFaults::Pause;

struct alignas(256) Wide {
  std::uint64_t value = 0;
};

/// Whether one allocation by `allocate` fails. The switch is off again when the test framework may
/// allocate.
template <class Allocate>
bool fails(Allocate allocate) {
  const Watch watch;
  try {
    allocate();
  } catch (const std::bad_alloc&) {
    return true;
  }
  return false;
}

/// What a new-expression made, seen by nobody, may be optimised away. This is seen.
void* volatile seen = nullptr;

template <class T>
void see_and_delete(T* made) {
  seen = made;
  delete made;
}

template <class T>
void see_and_delete_array(T* made) {
  seen = made;
  delete[] made;
}

void allocate_int() {
  see_and_delete(new int(1));
}

TEST(AllocationFaults, FailsTheArmedAllocationAndNoOther) {
  AllocationFaults::arm(2);

  EXPECT_FALSE(fails(allocate_int));
  EXPECT_TRUE(fails(allocate_int));
  EXPECT_FALSE(fails(allocate_int));

  EXPECT_EQ(AllocationFaults::count(), 3U);
}

TEST(AllocationFaults, CountsOnlyWhatIsWatched) {
  AllocationFaults::arm(0);

  allocate_int();
  EXPECT_EQ(AllocationFaults::count(), 0U);

  EXPECT_FALSE(fails(allocate_int));
  EXPECT_EQ(AllocationFaults::count(), 1U);
}

TEST(AllocationFaults, PauseWithinAWatchNeitherCountsNorFails) {
  AllocationFaults::arm(1);

  const bool failed_in_pause = fails([] {
    const Pause pause;
    allocate_int();
  });
  EXPECT_FALSE(failed_in_pause);
  EXPECT_EQ(AllocationFaults::count(), 0U);

  const bool failed_in_inner_watch = fails([] {
    const Pause pause;
    const Watch inner;
    allocate_int();
  });
  EXPECT_TRUE(failed_in_inner_watch);
}

TEST(AllocationFaults, WatchGoesOnAfterAPauseHasEnded) {
  AllocationFaults::arm(1);

  const bool failed = fails([] {
    { const Pause pause; }
    allocate_int();
  });

  EXPECT_TRUE(failed);
}

TEST(AllocationFaults, DisarmedFailsNothingButGoesOnCounting) {
  AllocationFaults::arm(1);
  AllocationFaults::disarm();

  EXPECT_FALSE(fails(allocate_int));

  EXPECT_EQ(AllocationFaults::count(), 1U);
}

TEST(AllocationFaults, StrikesEveryFormOfNew) {
  AllocationFaults::arm(1);
  EXPECT_TRUE(fails([] { see_and_delete_array(new int[8]); }));

  AllocationFaults::arm(1);
  EXPECT_TRUE(fails([] { see_and_delete(new Wide); }));

  AllocationFaults::arm(1);
  EXPECT_TRUE(fails([] { see_and_delete_array(new Wide[2]); }));
}

TEST(AllocationFaults, NothrowFormsAnswerNull) {
  AllocationFaults::arm(1);
  int* plain = nullptr;
  EXPECT_FALSE(fails([&] { plain = new (std::nothrow) int(7); }));
  EXPECT_EQ(plain, nullptr);

  AllocationFaults::arm(1);
  Wide* wide = nullptr;
  EXPECT_FALSE(fails([&] { wide = new (std::nothrow) Wide; }));
  EXPECT_EQ(wide, nullptr);
}

TEST(AllocationFaults, MemoryIsAlignedAsAsked) {
  const std::unique_ptr<Wide[]> wide(new Wide[3]);

  void* found = wide.get();
  std::size_t space = sizeof(Wide);
  EXPECT_EQ(std::align(alignof(Wide), 1, found, space), wide.get());
}

TEST(AllocationFaults, AnotherThreadHasItsOwnSwitchAndCountdown) {
  AllocationFaults::arm(1);
  bool other_failed = true;
  std::uint64_t other_count = 1;

  std::thread([&] {
    other_failed = fails(allocate_int);
    AllocationFaults::arm(0);
    other_count = AllocationFaults::count();
  }).join();

  EXPECT_FALSE(other_failed);
  EXPECT_EQ(other_count, 0U);
  EXPECT_TRUE(fails(allocate_int));
}

}  // namespace
}  // namespace poolproof::mocks
