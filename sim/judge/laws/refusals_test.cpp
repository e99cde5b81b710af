// L11, of what an acquire's error says.
#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// Task 1 has the only session since 1 s; task 2 waits for it from 2 s on.
HistoryBuilder waits() {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.at(1s).takes(1, 1).at(2s).acquire(2, 3s).parked(2).at(5s);
  return h;
}

/// What is true of it at its end.
Refusal true_refusal() {
  return {.waited = 3s, .max_size = 1, .in_use = 1, .oldest_lease_age = 4s};
}

std::string judged(HistoryBuilder h, Outcome outcome, const Refusal& told) {
  return h.refused(2, outcome, told).judged_by(LawId::metrics);
}

TEST(Refusals, AreAcceptedWhenTheyAreTrue) {
  EXPECT_EQ(judged(waits(), Outcome::timed_out, true_refusal()), "");
}

TEST(Refusals, SayHowLongTheCallerHasWaited) {
  Refusal told = true_refusal();
  told.waited = 2s;
  told.oldest_lease_age = 3s;

  EXPECT_EQ(judged(waits(), Outcome::timed_out, told),
            "the error of acquire of task 2 at 4s (event 6) says waited 2s, but the history says "
            "3s");
}

TEST(Refusals, SayASizeThatWasInForce) {
  Refusal told = true_refusal();
  told.max_size = 2;
  EXPECT_EQ(judged(waits(), Outcome::timed_out, told),
            "the error of acquire of task 2 at 4s (event 6) says max_size 2, which was not in "
            "force");

  HistoryBuilder resized = waits();
  resized.resize(3, 0, 2);
  EXPECT_EQ(judged(resized, Outcome::timed_out, told), "");
  EXPECT_EQ(judged(resized, Outcome::timed_out, true_refusal()), "");

  HistoryBuilder long_ago;
  long_ago.config().max_size = 1;
  long_ago.resize(3, 0, 2).at(1s).takes(1, 1).at(2s).acquire(2, 3s).parked(2).at(5s);
  EXPECT_EQ(judged(long_ago, Outcome::timed_out, true_refusal()),
            "the error of acquire of task 2 at 5s (event 8) says max_size 1, which was not in "
            "force");
}

TEST(Refusals, CountTheLeases) {
  Refusal told = true_refusal();
  told.in_use = 0;
  EXPECT_EQ(judged(waits(), Outcome::timed_out, told),
            "the error of acquire of task 2 at 4s (event 6) says in_use 0, but the history says "
            "1");
}

TEST(Refusals, SayHowLongTheOldestLeaseIsOut) {
  Refusal told = true_refusal();
  for (const Duration age : {0s, 5s}) {
    told.oldest_lease_age = age;
    EXPECT_EQ(judged(waits(), Outcome::timed_out, told),
              "the error of acquire of task 2 at 4s (event 6) says oldest_lease_age " +
                  std::string(age == 0s ? "0s" : "5s") + ", but the history says 4s");
  }
}

TEST(Refusals, CountTheConnectsUnderWay) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1).acquire(2, 0s);

  EXPECT_EQ(judged(h, Outcome::timed_out, {.max_size = 2}),
            "the error of acquire of task 2 at 0s (event 3) says opening 0, but 1 connect under "
            "way all the time");
  EXPECT_EQ(judged(h, Outcome::timed_out, {.max_size = 2, .opening = 1}), "");
}

TEST(Refusals, CountTheOthersInTheQueue) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(3, 9s).observed(3, PoolEventKind::queued, 0, 1).parked(3);
  h.acquire(2, 1s).parked(2).at(1s);
  Refusal told{.waited = 1s, .max_size = 1, .in_use = 1, .waiting = 2, .oldest_lease_age = 1s};
  EXPECT_EQ(judged(h, Outcome::timed_out, told),
            "the error of acquire of task 2 at 1s (event 9) says waiting 2, but the history says "
            "0 to 1");

  told.waiting = 0;
  HistoryBuilder later = h;
  later.refused(2, Outcome::timed_out, told).at(9s).observed(3, PoolEventKind::withdrawn, 0, 1);
  later.returns(3, Outcome::timed_out);
  EXPECT_EQ(later.judged_by(LawId::metrics),
            "the error of acquire of task 2 at 1s (event 9) says waiting 0, but the history says "
            "1");
}

TEST(Refusals, NameACauseOnlyWhereThereIsOne) {
  Refusal told = true_refusal();
  told.names_cause = true;
  EXPECT_EQ(judged(waits(), Outcome::timed_out, told),
            "the error of acquire of task 2 at 4s (event 6) names a cause, but no connect had "
            "failed");

  HistoryBuilder refused = waits();
  refused.opens(3, 2, Outcome::failed);
  EXPECT_EQ(judged(refused, Outcome::timed_out, told), "");
  EXPECT_EQ(judged(refused, Outcome::closed, told),
            "the error of acquire of task 2 at 4s (event 8) names a cause, which closed does not "
            "have");
}

TEST(Refusals, NameTheCauseOfARefusedConnect) {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.capabilities().waits_when_refused = true;
  h.acquire(2, 3s).opens(2, 1, Outcome::failed).parked(2).at(3s);
  const Refusal told{.waited = 3s, .max_size = 2};
  EXPECT_EQ(judged(h, Outcome::timed_out, told),
            "the error of acquire of task 2 at 3s (event 4) names no cause, although its connect "
            "had failed and none has gone well since");
  EXPECT_EQ(judged(h, Outcome::connect_failed, told),
            "the error of acquire of task 2 at 3s (event 4) names no cause");

  h.opens(3, 2);
  EXPECT_EQ(judged(h, Outcome::timed_out, told), "");
}

TEST(Refusals, AreNotJudgedOnRealThreads) {
  Refusal told = true_refusal();
  told.max_size = 7;

  EXPECT_EQ(judged(waits().on_real_threads(), Outcome::timed_out, told), "");
}

}  // namespace
}  // namespace poolproof::sim
