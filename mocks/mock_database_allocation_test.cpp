#include <poolproof/mocks/mock_database.h>

#include <cstdint>
#include <new>

#include <gtest/gtest.h>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/mocks/manual_clock.h>

namespace poolproof::mocks {
namespace {

/// Notes how many allocations there had been at the begin and at the end of the last call.
class CountingListener final : public CallListener {
 public:
  void on_begin(ClientCall, SessionNumber, Instant) override {
    at_begin = AllocationFaults::count();
  }
  void on_end(ClientCall, SessionNumber, CallOutcome how) override {
    at_end = AllocationFaults::count();
    outcome = how;
  }

  std::uint64_t at_begin = 0;
  std::uint64_t at_end = 0;
  CallOutcome outcome = CallOutcome::ok;
};

struct AllocatingDatabase : testing::Test {
  /// Allocations of one connect; the session is closed again at once.
  std::uint64_t allocations_of_connect() {
    AllocationFaults::arm(0);
    const AllocationFaults::Watch watch;
    (void)connect_and_keep_quiet();
    return AllocationFaults::count();
  }
  /// Whether the connect got as far as an answer.
  bool connect_and_keep_quiet() {
    try {
      (void)database.connect(Instant::max());
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  ManualClock clock;
  CountingListener listener;
  FaultPlan plan;
  MockDatabase database{plan, clock, &listener};
};

TEST_F(AllocatingDatabase, ConnectAllocatesItsClientAndNothingElse) {
  EXPECT_EQ(allocations_of_connect(), 1U);
}

TEST_F(AllocatingDatabase, AllocatesOnlyWhileTheListenerThinksSo) {
  const FaultPlan failing = FaultPlan::parse("connect fails").value();
  MockDatabase unlucky(failing, clock, &listener);
  AllocationFaults::arm(0);
  std::uint64_t in_all = 0;
  {
    const AllocationFaults::Watch watch;
    (void)unlucky.connect(Instant::max());
    in_all = AllocationFaults::count();
  }

  EXPECT_EQ(listener.at_begin, 0U);
  EXPECT_GT(listener.at_end, 0U);
  EXPECT_EQ(listener.at_end, in_all);
}

TEST_F(AllocatingDatabase, AConnectThatFindsNoMemoryLeavesNoSession) {
  AllocationFaults::arm(1);
  bool is_answered = true;
  {
    const AllocationFaults::Watch watch;
    is_answered = connect_and_keep_quiet();
  }

  EXPECT_FALSE(is_answered);
  EXPECT_EQ(listener.outcome, CallOutcome::threw);
  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(database.sessions_opened(), 0U);
}

TEST_F(AllocatingDatabase, IsBuiltWithoutAllocating) {
  AllocationFaults::arm(0);
  {
    const AllocationFaults::Watch watch;
    const MockDatabase another(plan, clock, &listener);
  }

  EXPECT_EQ(AllocationFaults::count(), 0U);
}

}  // namespace
}  // namespace poolproof::mocks
