#include <poolproof/subjects/poco/poco_subject.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
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

/// A pool of `max_size` on a database where `what_goes_wrong` does.
struct Pool {
  explicit Pool(std::size_t max_size, FaultPlan what_goes_wrong = {})
      : plan(std::move(what_goes_wrong)), database(plan, clock) {
    config.min_size = 0;
    config.max_size = max_size;
    subject = std::make_unique<PocoSubject>(sim::Environment<StdPlatform>{
        .config = config, .factory = database, .clock = clock, .lease_keys = 8});
  }

  PoolConfig config;
  SteadyClock clock;
  FaultPlan plan;
  MockDatabase database;
  std::unique_ptr<PocoSubject> subject;
};

FaultPlan at_first(ClientCall call, Fault::Effect effect) {
  return {{Fault{call, {Selector::Kind::nth, 1, 1}, effect, {}}}};
}

TEST(PocoSubject, ConnectsInsideTheFirstAcquire) {
  Pool pool(3);
  EXPECT_EQ(pool.database.sessions(), 0U);

  const Acquired acquired = pool.subject->acquire(first, 1s);

  EXPECT_EQ(acquired.outcome, Outcome::ok);
  EXPECT_EQ(acquired.session, SessionId{1});
  EXPECT_EQ(pool.database.sessions(), 1U);
}

TEST(PocoSubject, ReleasedSessionIsResetAndLentAgain) {
  Pool pool(3);
  ASSERT_EQ(pool.subject->try_acquire(first).session, SessionId{1});

  pool.subject->release(first);
  EXPECT_EQ(pool.subject->session_of(first), SessionId{});
  EXPECT_EQ(pool.database.calls(ClientCall::reset), 1U);

  EXPECT_EQ(pool.subject->try_acquire(second).session, SessionId{1});
  EXPECT_EQ(pool.subject->session_of(second), SessionId{1});
}

TEST(PocoSubject, SaysExhaustedWhenEverySessionIsOut) {
  Pool pool(1);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(pool.subject->try_acquire(second).outcome, Outcome::exhausted);
}

TEST(PocoSubject, FailedConnectLeavesThePlaceFree) {
  Pool pool(1, at_first(ClientCall::connect, Fault::Effect::throws));

  EXPECT_EQ(pool.subject->try_acquire(first).outcome, Outcome::connect_failed);
  EXPECT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);
}

TEST(PocoSubject, SessionThatFailsItsCheckIsReplaced) {
  Pool pool(1, at_first(ClientCall::ping, Fault::Effect::fails));
  ASSERT_EQ(pool.subject->try_acquire(first).session, SessionId{1});

  pool.subject->release(first);
  EXPECT_EQ(pool.database.sessions(), 0U);

  EXPECT_EQ(pool.subject->try_acquire(first).session, SessionId{2});
}

TEST(PocoSubject, SessionThatFailsItsResetIsReplaced) {
  Pool pool(1, at_first(ClientCall::reset, Fault::Effect::throws));
  ASSERT_EQ(pool.subject->try_acquire(first).session, SessionId{1});

  pool.subject->release(first);
  EXPECT_EQ(pool.database.sessions(), 0U);

  EXPECT_EQ(pool.subject->try_acquire(first).session, SessionId{2});
}

TEST(PocoSubject, SaysThatAStatementFailed) {
  Pool pool(1, at_first(ClientCall::execute, Fault::Effect::fails));
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(pool.subject->execute(first), Outcome::failed);
  EXPECT_EQ(pool.subject->execute(first), Outcome::ok);
}

TEST(PocoSubject, ClosedPoolRefusesAndHasNoSession) {
  Pool pool(2);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);
  pool.subject->release(first);

  pool.subject->close();

  EXPECT_EQ(pool.subject->try_acquire(first).outcome, Outcome::closed);
  EXPECT_EQ(pool.database.sessions(), 0U);
  pool.subject->close();
}

TEST(PocoSubject, DestroyClosesEverySessionOnce) {
  Pool pool(2);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);
  ASSERT_EQ(pool.subject->try_acquire(second).outcome, Outcome::ok);
  pool.subject->release(first);
  pool.subject->release(second);

  pool.subject->destroy();

  EXPECT_EQ(pool.database.sessions(), 0U);
  EXPECT_EQ(pool.database.sessions_closed(), 2U);
}

TEST(PocoSubject, NeverLendsOneSessionToTwoThreads) {
  Pool pool(2);
  std::array<std::atomic<int>, 3> holders{};
  std::atomic<int> shared{0};

  std::vector<std::jthread> threads;
  for (std::uint32_t client = 1; client <= 4; ++client) {
    threads.emplace_back([&, key = LeaseKey{client}] {
      for (int turn = 0; turn < 250; ++turn) {
        const Acquired acquired = pool.subject->try_acquire(key);
        if (acquired.outcome != Outcome::ok) continue;
        const auto session = static_cast<std::size_t>(acquired.session);
        if (holders.at(session).fetch_add(1) != 0) ++shared;
        --holders.at(session);
        pool.subject->release(key);
      }
    });
  }
  threads.clear();

  EXPECT_EQ(shared, 0);
  EXPECT_LE(pool.database.sessions_peak(), 2U);
}

}  // namespace
}  // namespace poolproof::subjects
