#include <poolproof/subjects/soci/soci_subject.h>

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
  config.max_size = max_size;
  return config;
}

FaultPlan fails(ClientCall call, std::uint32_t ordinal) {
  return {{Fault{call, {Selector::Kind::nth, ordinal, 1}, Fault::Effect::fails, {}}}, {}, 0};
}

TEST(SociSubject, OpensEverySessionBeforeTheFirstLease) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);

  const SociSubject subject(of_size(3), database, clock);

  EXPECT_EQ(database.sessions(), 3U);
}

TEST(SociSubject, NamesTheSessionThatTheLeaseReaches) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(2), database, clock);

  const Acquired one = subject.acquire(first, 1s);
  const Acquired other = subject.acquire(second, Duration::max());

  EXPECT_EQ(one.outcome, Outcome::ok);
  EXPECT_EQ(one.session, SessionId{1});
  EXPECT_EQ(other.session, SessionId{2});
  EXPECT_EQ(subject.session_of(second), SessionId{2});
  subject.release(second);
  EXPECT_EQ(subject.session_of(second), SessionId{});
}

TEST(SociSubject, SaysExhaustedOnlyToThoseWhoDoNotWait) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(subject.try_acquire(second).outcome, Outcome::exhausted);
  EXPECT_EQ(subject.acquire(second, 0s).outcome, Outcome::timed_out);
  EXPECT_EQ(subject.acquire(second, -1s).outcome, Outcome::timed_out);
}

TEST(SociSubject, WaitsUntilTheDeadline) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);

  const Instant begin = clock.now();
  const Acquired refused = subject.acquire(second, 20'500us);

  EXPECT_EQ(refused.outcome, Outcome::timed_out);
  EXPECT_GE(clock.now() - begin, 20'500us);
}

TEST(SociSubject, ReleaseEndsAWait) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);

  Acquired waiter;
  std::thread thread([&] { waiter = subject.acquire(second, Duration::max()); });
  subject.release(first);
  thread.join();

  EXPECT_EQ(waiter.outcome, Outcome::ok);
  EXPECT_EQ(waiter.session, SessionId{1});
}

TEST(SociSubject, TriesAgainToOpenWhatFailedToOpen) {
  SteadyClock clock;
  FaultPlan plan = fails(ClientCall::connect, 1);
  plan.faults.push_back(fails(ClientCall::connect, 2).faults.front());
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(1), database, clock);

  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(subject.acquire(first, 1s).outcome, Outcome::connect_failed);
  EXPECT_EQ(subject.acquire(first, 1s).session, SessionId{3});
}

TEST(SociSubject, SaysThatAStatementFailed) {
  SteadyClock clock;
  const FaultPlan plan = fails(ClientCall::execute, 2);
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(1), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);

  EXPECT_EQ(subject.execute(first), Outcome::ok);
  EXPECT_EQ(subject.execute(first), Outcome::failed);
}

TEST(SociSubject, DestroyClosesEverySessionOnce) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(2), database, clock);
  ASSERT_EQ(subject.try_acquire(first).outcome, Outcome::ok);
  subject.release(first);

  subject.destroy();

  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(database.sessions_closed(), 2U);
}

TEST(SociSubject, NeverLendsOneSessionToTwoThreads) {
  SteadyClock clock;
  const FaultPlan plan;
  MockDatabase database(plan, clock);
  SociSubject subject(of_size(2), database, clock);
  std::array<std::atomic<int>, 3> holders{};
  std::atomic<int> shared{0};

  std::vector<std::jthread> threads;
  for (std::uint32_t client = 1; client <= 4; ++client) {
    threads.emplace_back([&, key = LeaseKey{client}] {
      for (int turn = 0; turn < 250; ++turn) {
        const auto session =
            static_cast<std::size_t>(subject.acquire(key, Duration::max()).session);
        if (holders.at(session).fetch_add(1) != 0) ++shared;
        --holders.at(session);
        subject.release(key);
      }
    });
  }
  threads.clear();

  EXPECT_EQ(shared, 0);
  EXPECT_EQ(database.sessions_peak(), 2U);
}

}  // namespace
}  // namespace poolproof::subjects
