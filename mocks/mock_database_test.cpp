#include <poolproof/mocks/mock_database.h>

#include <cstddef>
#include <cstdint>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/mocks/call_diary.h>
#include <poolproof/mocks/manual_clock.h>

namespace poolproof::mocks {
namespace {

std::vector<bool> pings_of_seed(std::uint64_t seed) {
  const FaultPlan plan = FaultPlan::parse("ping 1/2 fails").value();
  ManualClock clock;
  MockDatabase database(plan, clock);
  database.set_seed(seed);
  const auto client = database.connect(Instant::max()).value();
  std::vector<bool> answers;
  for (int i = 0; i < 64; ++i)
    answers.push_back(client->ping().has_value());
  return answers;
}

TEST(MockDatabase, SameSeedSameChances) {
  EXPECT_EQ(pings_of_seed(1), pings_of_seed(1));
  EXPECT_NE(pings_of_seed(1), pings_of_seed(2));
}

/// Calls back into the database: that would deadlock if the mock held its lock.
class CallsBack final : public CallListener, public Chance {
 public:
  void on_begin(ClientCall, SessionNumber, Instant) override {
    sessions_seen += database->sessions();
  }
  void on_end(ClientCall, SessionNumber, CallOutcome) override {
    sessions_seen += database->sessions();
  }
  bool happens(std::uint32_t, std::uint32_t) override { return database->sessions() == 1; }

  MockDatabase* database = nullptr;
  std::size_t sessions_seen = 0;
};

TEST(MockDatabase, HoldsNoLockWhileItCallsOthers) {
  const FaultPlan plan = FaultPlan::parse("ping 1/2 fails; execute throws").value();
  ManualClock clock;
  CallsBack other;
  MockDatabase database(plan, clock, &other, &other);
  other.database = &database;

  auto client = database.connect(Instant::max()).value();
  EXPECT_FALSE(client->ping());
  EXPECT_THROW((void)client->execute("", {}), std::runtime_error);
  client.reset();

  EXPECT_EQ(other.sessions_seen, 8U);  // One at each of eight words, the first and the last too.
}

/// Throws where it is told to: as the simulator does to end an execution early.
class Interrupts final : public CallListener {
 public:
  void on_begin(ClientCall, SessionNumber, Instant) override {
    if (at_begin) throw std::runtime_error("interrupted");
  }
  void on_end(ClientCall call, SessionNumber, CallOutcome) override {
    if (at_end_of_connect && call == ClientCall::connect) throw std::runtime_error("interrupted");
  }

  bool at_begin = false;
  bool at_end_of_connect = false;
};

TEST(MockDatabase, AnInterruptedConnectLeavesNoSession) {
  const FaultPlan plan;
  ManualClock clock;
  Interrupts interrupts;
  MockDatabase database(plan, clock, &interrupts);

  interrupts.at_begin = true;
  EXPECT_EQ(thrown_by([&] { (void)database.connect(Instant::max()); }), "interrupted");
  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(database.sessions_opened(), 0U);

  interrupts.at_begin = false;
  interrupts.at_end_of_connect = true;
  EXPECT_EQ(thrown_by([&] { (void)database.connect(Instant::max()); }), "interrupted");
  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(database.sessions_opened(), 1U);
  EXPECT_EQ(database.sessions_closed(), 1U);
}

/// A mutex of another kind: the simulator's only tells ThreadSanitizer to look away.
struct NoMutex {
  void lock() noexcept {}
  void unlock() noexcept {}
};

TEST(MockDatabase, WorksWithAMutexThatIsHandedIn) {
  const FaultPlan plan = FaultPlan::parse("ping fails").value();
  ManualClock clock;
  BasicMockDatabase<NoMutex> database(plan, clock);

  const auto client = database.connect(Instant::max()).value();

  EXPECT_FALSE(client->ping());
  EXPECT_EQ(session_of(*client), SessionNumber{1});
}

TEST(MockDatabase, TakesNoPlanThatIsAboutToGo) {
  EXPECT_FALSE((std::is_constructible_v<MockDatabase, FaultPlan, ManualClock&>));
  EXPECT_TRUE((std::is_constructible_v<MockDatabase, FaultPlan&, ManualClock&>));
}

TEST(MockDatabase, MissesNoCallOfRealThreads) {
  const FaultPlan plan;
  ManualClock clock;
  MockDatabase database(plan, clock);
  std::latch start(4);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto client = database.connect(Instant::max()).value();
      start.arrive_and_wait();
      for (int n = 0; n < 2'000; ++n)
        (void)client->ping();
    });
  }
  for (std::thread& thread : threads)
    thread.join();

  EXPECT_EQ(database.calls(ClientCall::ping), 8'000U);
}

TEST(MockDatabase, ServesRealThreads) {
  const FaultPlan plan =
      FaultPlan::parse("connect 1/8 fails; ping 1/4 throws; execute 1/4 fails").value();
  ManualClock clock;
  MockDatabase database(plan, clock);
  database.script("select 1", ResultSet({"one"}));
  std::latch start(4);  // Or the first would be done before the last begins.
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int n = 0; n < 500; ++n) {
        const auto client = database.connect(Instant::max());
        if (!client) continue;
        thrown_by([&] { (void)(*client)->ping(); });
        (void)(*client)->execute("select 1", {});
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();

  EXPECT_EQ(database.calls(ClientCall::connect), 2000U);
  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_LE(database.sessions_peak(), 4U);
  EXPECT_EQ(database.sessions_opened(), database.sessions_closed());
  EXPECT_LT(database.sessions_opened(), 2000U);
}

}  // namespace
}  // namespace poolproof::mocks
