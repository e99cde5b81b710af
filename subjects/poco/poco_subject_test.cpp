#include <poolproof/subjects/poco/poco_subject.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>

namespace poolproof::subjects {
namespace {

using mocks::ClientCall;
using mocks::Fault;
using mocks::FaultPlan;
using mocks::MockDatabase;
using mocks::Selector;
using sim::Acquired;
using sim::LeaseKey;
using sim::Outcome;
using sim::SessionId;
using namespace std::chrono_literals;

constexpr LeaseKey first{1};
constexpr LeaseKey second{2};

PoolConfig of_size(std::size_t max_size) {
  PoolConfig config;
  config.min_size = 0;
  config.max_size = max_size;
  return config;
}

FaultPlan first_of(ClientCall call, Fault::Effect effect) {
  return {{Fault{call, {Selector::Kind::nth, 1, 1}, effect, {}}}, {}, 0};
}

TEST(PocoSubject, ConnectsInsideTheFirstAcquire) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(3), database, clock);
  EXPECT_EQ(database.sessions(), 0U);

  const Acquired acquired = subject.acquire(first, 1s);

  EXPECT_EQ(acquired.outcome, Outcome::ok);
  EXPECT_EQ(acquired.session, SessionId{1});
  EXPECT_EQ(database.sessions(), 1U);
}

TEST(PocoSubject, ReleasedSessionIsResetAndLentAgain) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(3), database, clock);
  ASSERT_EQ(subject.try_acquire(first).session, SessionId{1});

  subject.release(first);
  EXPECT_EQ(subject.session_of(first), SessionId{});
  EXPECT_EQ(database.calls(ClientCall::reset), 1U);

  EXPECT_EQ(subject.try_acquire(second).session, SessionId{1});
  EXPECT_EQ(subject.session_of(second), SessionId{1});
}

TEST(PocoSubject, SaysExhaustedWhenEverySessionIsOut) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(subject.try_acquire(second).outcome, Outcome::exhausted);
}

TEST(PocoSubject, FailedConnectLeavesThePlaceFree) {
  SteadyClock clock;
  const FaultPlan plan = first_of(ClientCall::connect, Fault::Effect::throws);
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(1), database, clock);

  EXPECT_EQ(subject.try_acquire(first).outcome, Outcome::connect_failed);
  EXPECT_EQ(subject.try_acquire(first).outcome, Outcome::ok);
}

TEST(PocoSubject, SessionThatFailsItsCheckIsReplaced) {
  SteadyClock clock;
  const FaultPlan plan = first_of(ClientCall::ping, Fault::Effect::fails);
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).session, SessionId{1});

  subject.release(first);
  EXPECT_EQ(database.sessions(), 0U);

  EXPECT_EQ(subject.try_acquire(first).session, SessionId{2});
}

TEST(PocoSubject, SessionThatFailsItsResetIsReplaced) {
  SteadyClock clock;
  const FaultPlan plan = first_of(ClientCall::reset, Fault::Effect::throws);
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).session, SessionId{1});

  subject.release(first);
  EXPECT_EQ(database.sessions(), 0U);

  EXPECT_EQ(subject.try_acquire(first).session, SessionId{2});
}

TEST(PocoSubject, SaysThatAStatementFailed) {
  SteadyClock clock;
  const FaultPlan plan = first_of(ClientCall::execute, Fault::Effect::fails);
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(subject.execute(first), Outcome::failed);
  EXPECT_EQ(subject.execute(first), Outcome::ok);
}

TEST(PocoSubject, ClosedPoolRefusesAndHasNoSession) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(2), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);
  subject.release(first);

  subject.close();

  EXPECT_EQ(subject.try_acquire(first).outcome, Outcome::closed);
  EXPECT_EQ(database.sessions(), 0U);
  subject.close();
}

TEST(PocoSubject, DestroyClosesEverySessionOnce) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(2), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);
  ASSERT_EQ(subject.try_acquire(second).outcome, Outcome::ok);
  subject.release(first);
  subject.release(second);

  subject.destroy();

  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(database.sessions_closed(), 2U);
}

TEST(PocoSubject, NeverLendsOneSessionToTwoThreads) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  PocoSubject subject(of_size(2), database, clock);
  std::array<std::atomic<int>, 3> holders{};
  std::atomic<int> shared{0};

  std::vector<std::jthread> threads;
  for (std::uint32_t client = 1; client <= 4; ++client) {
    threads.emplace_back([&, key = LeaseKey{client}] {
      for (int turn = 0; turn < 250; ++turn) {
        const Acquired acquired = subject.try_acquire(key);
        if (acquired.outcome != Outcome::ok) continue;
        const auto session = static_cast<std::size_t>(acquired.session);
        if (holders.at(session).fetch_add(1) != 0) ++shared;
        --holders.at(session);
        subject.release(key);
      }
    });
  }
  threads.clear();

  EXPECT_EQ(shared, 0);
  EXPECT_LE(database.sessions_peak(), 2U);
}

}  // namespace
}  // namespace poolproof::subjects
