// What a pool tells its observer.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::Answer;
using fakes::FakeClock;
using fakes::FakeDatabase;
using std::chrono::minutes;
using std::chrono::seconds;

/// Keeps every event, as words: "state_changed 1 idle>in_use".
class Recorder final : public PoolObserver {
 public:
  std::vector<PoolEvent> events;
  std::vector<std::string> errors;
  std::function<void(const PoolEvent&)> also = [](const PoolEvent&) {};

  void on_event(const PoolEvent& event) override {
    events.push_back(event);
    if (event.error != nullptr) errors.push_back(event.error->message);
    also(event);
  }

  std::vector<std::string> words() const {
    std::vector<PoolEvent> sorted = events;
    std::ranges::sort(sorted, {}, &PoolEvent::sequence);
    std::vector<std::string> all;
    for (const PoolEvent& event : sorted)
      all.push_back(word(event));
    return all;
  }

 private:
  static std::string word(const PoolEvent& event) {
    std::string text(to_string(event.kind));
    if (event.waiter != WaiterId{}) {
      text.append(" w").append(std::to_string(static_cast<std::uint64_t>(event.waiter)));
    }
    if (event.connection != ConnectionId{}) {
      text.append(" ").append(std::to_string(static_cast<std::uint64_t>(event.connection)));
    }
    if (event.kind == PoolEventKind::state_changed) {
      text.append(" ").append(to_string(event.from)).append(">").append(to_string(event.to));
    }
    return text;
  }
};

using Words = std::vector<std::string>;

struct ObservedPool : testing::Test {
  FakeDatabase database;
  FakeClock clock;
  Recorder recorder;
};

TEST_F(ObservedPool, TellsTheLifeOfAConnection) {
  ConnectionPool pool({.min_size = 0}, database, clock, &recorder);
  { auto lease = pool.acquire(); }
  { auto lease = pool.acquire(); }
  pool.close();

  EXPECT_EQ(recorder.words(),
            (Words{"opening 1", "opened 1", "lease_began 1", "lease_ended 1",
                   "state_changed 1 in_use>idle", "state_changed 1 idle>in_use", "lease_began 1",
                   "lease_ended 1", "state_changed 1 in_use>idle", "pool_closed",
                   "state_changed 1 idle>invalid", "closed 1"}));
}

TEST_F(ObservedPool, TellsAHandOff) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  std::optional lease = pool.acquire();
  clock.while_waiting = [&] { lease.reset(); };
  recorder.events.clear();

  auto mine = pool.acquire();

  EXPECT_EQ(recorder.words(),
            (Words{"queued w2", "lease_ended 1", "state_changed 1 in_use>idle", "granted w2 1",
                   "state_changed 1 idle>in_use", "lease_began 1"}));
}

TEST_F(ObservedPool, TellsThatASlotWasGranted) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  std::optional lease = pool.acquire();
  clock.while_waiting = [&] {
    (*lease)->invalidate();
    lease.reset();
  };
  recorder.events.clear();

  auto mine = pool.acquire();

  EXPECT_EQ(recorder.words(),
            (Words{"queued w2", "lease_ended 1", "state_changed 1 in_use>invalid", "closed 1",
                   "granted w2", "opening 2", "opened 2", "lease_began 2"}));
}

TEST_F(ObservedPool, TellsThatAWaiterGaveUpOrWasRefused) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  auto lease = pool.acquire();
  recorder.events.clear();

  EXPECT_FALSE(pool.acquire(seconds(1)));
  clock.while_waiting = [&] { pool.close(); };
  EXPECT_FALSE(pool.acquire(seconds(1)));

  EXPECT_EQ(recorder.words(),
            (Words{"queued w2", "withdrawn w2", "queued w3", "pool_closed", "refused w3"}));
}

TEST_F(ObservedPool, TellsThatACancelledWaiterWithdrew) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  auto lease = pool.acquire();
  std::stop_source stop;
  clock.while_waiting = [&] { stop.request_stop(); };
  recorder.events.clear();

  EXPECT_FALSE(pool.acquire(seconds(1), stop.get_token()));

  EXPECT_EQ(recorder.words(), (Words{"queued w2", "withdrawn w2"}));
}

TEST_F(ObservedPool, PutsWhoWasRefusedBackToItsPlace) {
  ConnectionPool pool({.min_size = 0, .max_size = 2}, database, clock, &recorder);
  std::optional lease = pool.acquire();
  database.on_connect = []() -> Answer { return fakes::lost("no room"); };
  clock.while_waiting = [&] { lease.reset(); };
  recorder.events.clear();

  auto mine = pool.acquire(seconds(1));

  EXPECT_EQ(recorder.words(), (Words{"opening 2", "open_failed 2", "queued w2", "lease_ended 1",
                                     "state_changed 1 in_use>idle", "granted w2 1",
                                     "state_changed 1 idle>in_use", "lease_began 1"}));
}

TEST_F(ObservedPool, TellsFailuresWithTheirErrors) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  database.on_connect = []() -> Answer { return fakes::lost("no route"); };
  EXPECT_FALSE(pool.acquire());
  clock.advance(seconds(1));
  database.on_connect = [] { return Answer{}; };
  database.on_reset = []() -> Answer { return fakes::lost("reset by peer"); };
  { auto lease = pool.acquire(); }

  EXPECT_EQ(recorder.errors, (Words{"no route", "reset by peer"}));
  EXPECT_EQ(recorder.words(), (Words{"opening 1", "open_failed 1", "opening 2", "opened 2",
                                     "lease_began 2", "check_failed 2", "lease_ended 2",
                                     "state_changed 2 in_use>invalid", "closed 2"}));
}

TEST_F(ObservedPool, TellsOfATransactionLeftOpenAndUndoesItWhateverTheConfiguration) {
  ConnectionPool pool({.min_size = 0, .reset_on_return = false}, database, clock, &recorder);
  { auto lease = pool.acquire(); }
  EXPECT_EQ(database.resets, 0U);
  recorder.events.clear();

  auto lease = pool.acquire();
  database.is_in_transaction = true;
  lease->release();

  EXPECT_EQ(database.resets, 1U);
  EXPECT_EQ(recorder.words(),
            (Words{"state_changed 1 idle>in_use", "lease_began 1", "transaction_left_open 1",
                   "lease_ended 1", "state_changed 1 in_use>idle"}));
}

TEST_F(ObservedPool, ClosesAConnectionWhoseOpenTransactionCannotBeUndone) {
  ConnectionPool pool({.min_size = 0, .reset_on_return = false}, database, clock, &recorder);
  auto lease = pool.acquire();
  database.is_in_transaction = true;
  database.on_reset = []() -> Answer { return fakes::lost("reset by peer"); };
  recorder.events.clear();
  lease->release();

  EXPECT_EQ(recorder.errors, (Words{"reset by peer"}));
  EXPECT_EQ(recorder.words(), (Words{"transaction_left_open 1", "check_failed 1", "lease_ended 1",
                                     "state_changed 1 in_use>invalid", "closed 1"}));
}

TEST_F(ObservedPool, TellsOfALeaseThatIsOverdueOnce) {
  ConnectionPool pool({.min_size = 0, .leak_threshold = seconds(30)}, database, clock, &recorder);
  const auto where = std::source_location::current();
  auto lease = pool.acquire(where);
  clock.advance(seconds(31));
  recorder.events.clear();

  pool.health_check();
  pool.health_check();

  ASSERT_EQ(recorder.events.size(), 1U);
  EXPECT_EQ(recorder.events[0].kind, PoolEventKind::lease_overdue);
  EXPECT_EQ(recorder.events[0].held, seconds(31));
  EXPECT_EQ(recorder.events[0].taken_by.line(), where.line());
}

TEST_F(ObservedPool, EventsCarryTheNumbersOfTheirMoment) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  auto lease = pool.acquire();

  EXPECT_FALSE(pool.acquire(seconds(1)));

  const PoolEvent& queued = recorder.events[recorder.events.size() - 2];
  EXPECT_EQ(queued.kind, PoolEventKind::queued);
  EXPECT_EQ(queued.leases, 1U);
  EXPECT_EQ(queued.waiting, 1U);
}

TEST_F(ObservedPool, MakesOnlyLegalTransitionsThroughABusyLife) {
  ConnectionPool pool({.min_size = 2, .max_size = 3, .validate_after_idle = seconds(1)}, database,
                      clock, &recorder);
  ASSERT_TRUE(pool.ensure_min_size());
  { auto one = pool.acquire(), two = pool.acquire(), three = pool.acquire(); }
  clock.advance(seconds(2));
  { auto pinged = pool.acquire(); }
  pool.health_check();
  database.on_ping = []() -> Answer { return fakes::lost("gone"); };
  clock.advance(minutes(6));
  pool.health_check();
  { auto replaced = pool.acquire(); }
  EXPECT_TRUE(pool.resize(0, 1));
  pool.evict_all();
  pool.close();

  std::map<ConnectionId, ConnectionState> states;
  for (const PoolEvent& event : recorder.events) {
    if (event.kind == PoolEventKind::opened) states[event.connection] = event.to;
    if (event.kind != PoolEventKind::state_changed) continue;
    EXPECT_EQ(states.at(event.connection), event.from);
    EXPECT_TRUE(is_legal_transition(event.from, event.to));
    states[event.connection] = event.to;
  }
  for (const auto& [id, state] : states)
    EXPECT_EQ(state, ConnectionState::invalid);
  EXPECT_GE(states.size(), 3U);
}

TEST_F(ObservedPool, NumbersEventsWithoutGaps) {
  ConnectionPool pool({.min_size = 3}, database, clock, &recorder);
  ASSERT_TRUE(pool.ensure_min_size());
  pool.evict_all();
  pool.close();

  std::vector<std::uint64_t> sequences;
  for (const PoolEvent& event : recorder.events)
    sequences.push_back(event.sequence);
  std::ranges::sort(sequences);
  EXPECT_EQ(sequences.front(), 1U);
  EXPECT_EQ(sequences.back(), sequences.size());
}

TEST_F(ObservedPool, ObserverMayUseThePool) {
  ConnectionPool pool({.min_size = 1}, database, clock, &recorder);
  std::size_t looks = 0, resizes = 0;
  recorder.also = [&](const PoolEvent& event) {
    looks += pool.metrics().connects > 0 ? 1U : 0U;
    resizes += event.kind == PoolEventKind::lease_ended && pool.resize(1, 5) ? 1U : 0U;
  };

  { auto lease = pool.acquire(); }

  EXPECT_GE(looks, 3U);
  EXPECT_EQ(resizes, 1U);
}

TEST_F(ObservedPool, WhatTheObserverThrowsIsDropped) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock, &recorder);
  recorder.also = [](const PoolEvent&) { throw std::runtime_error("log is full"); };

  { auto lease = pool.acquire(); }
  EXPECT_TRUE(pool.try_acquire());

  EXPECT_EQ(database.connects, 1U);
}

}  // namespace
}  // namespace poolproof
