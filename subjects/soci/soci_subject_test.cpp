#include <poolproof/subjects/soci/soci_subject.h>

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
    config.max_size = max_size;
    subject = std::make_unique<SociSubject>(sim::Environment<StdPlatform>{
        .config = config, .factory = database, .clock = clock, .lease_keys = 8});
  }

  PoolConfig config;
  SteadyClock clock;
  FaultPlan plan;
  MockDatabase database;
  std::unique_ptr<SociSubject> subject;
};

FaultPlan fails(ClientCall call, std::uint32_t ordinal) {
  return {{Fault{call, {Selector::Kind::nth, ordinal, 1}, Fault::Effect::fails, {}}}};
}

TEST(SociSubject, OpensEverySessionBeforeTheFirstLease) {
  const Pool pool(3);

  EXPECT_EQ(pool.database.sessions(), 3U);
}

TEST(SociSubject, NamesTheSessionThatTheLeaseReaches) {
  Pool pool(2);

  const Acquired one = pool.subject->acquire(first, 1s);
  const Acquired other = pool.subject->acquire(second, Duration::max());

  EXPECT_EQ(one.outcome, Outcome::ok);
  EXPECT_EQ(one.session, SessionId{1});
  EXPECT_EQ(other.session, SessionId{2});
  EXPECT_EQ(pool.subject->session_of(second), SessionId{2});
  pool.subject->release(second);
  EXPECT_EQ(pool.subject->session_of(second), SessionId{});
}

TEST(SociSubject, SaysExhaustedOnlyToThoseWhoDoNotWait) {
  Pool pool(1);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(pool.subject->try_acquire(second).outcome, Outcome::exhausted);
  EXPECT_EQ(pool.subject->acquire(second, 0s).outcome, Outcome::timed_out);
  EXPECT_EQ(pool.subject->acquire(second, -1s).outcome, Outcome::timed_out);
}

TEST(SociSubject, WaitsUntilTheDeadline) {
  Pool pool(1);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);

  const Instant begin = pool.clock.now();
  const Acquired refused = pool.subject->acquire(second, 20'500us);

  EXPECT_EQ(refused.outcome, Outcome::timed_out);
  EXPECT_GE(pool.clock.now() - begin, 20'500us);
}

TEST(SociSubject, ReleaseEndsAWait) {
  Pool pool(1);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);

  Acquired waiter;
  std::thread thread([&] { waiter = pool.subject->acquire(second, Duration::max()); });
  pool.subject->release(first);
  thread.join();

  EXPECT_EQ(waiter.outcome, Outcome::ok);
  EXPECT_EQ(waiter.session, SessionId{1});
}

TEST(SociSubject, TriesAgainToOpenWhatFailedToOpen) {
  FaultPlan plan = fails(ClientCall::connect, 1);
  plan.faults.push_back(fails(ClientCall::connect, 2).faults.front());
  Pool pool(1, plan);

  EXPECT_EQ(pool.database.sessions(), 0U);
  EXPECT_EQ(pool.subject->acquire(first, 1s).outcome, Outcome::connect_failed);
  EXPECT_EQ(pool.subject->acquire(first, 1s).session, SessionId{3});
}

TEST(SociSubject, SaysThatAStatementFailed) {
  Pool pool(1, fails(ClientCall::execute, 2));
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(pool.subject->execute(first), Outcome::ok);
  EXPECT_EQ(pool.subject->execute(first), Outcome::failed);
}

TEST(SociSubject, DestroyClosesEverySessionOnce) {
  Pool pool(2);
  ASSERT_EQ(pool.subject->try_acquire(first).outcome, Outcome::ok);
  pool.subject->release(first);

  pool.subject->destroy();

  EXPECT_EQ(pool.database.sessions(), 0U);
  EXPECT_EQ(pool.database.sessions_closed(), 2U);
}

TEST(SociSubject, NeverLendsOneSessionToTwoThreads) {
  Pool pool(2);
  std::array<std::atomic<int>, 3> holders{};
  std::atomic<int> shared{0};

  std::vector<std::jthread> threads;
  for (std::uint32_t client = 1; client <= 4; ++client) {
    threads.emplace_back([&, key = LeaseKey{client}] {
      for (int turn = 0; turn < 250; ++turn) {
        const auto session =
            static_cast<std::size_t>(pool.subject->acquire(key, Duration::max()).session);
        if (holders.at(session).fetch_add(1) != 0) ++shared;
        --holders.at(session);
        pool.subject->release(key);
      }
    });
  }
  threads.clear();

  EXPECT_EQ(shared, 0);
  EXPECT_EQ(pool.database.sessions_peak(), 2U);
}

}  // namespace
}  // namespace poolproof::subjects
