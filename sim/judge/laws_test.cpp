#include <gtest/gtest.h>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using State = ConnectionState;

TEST(Laws, StandInOrderOfNumberAndAreFoundByIt) {
  std::string labels;
  for (const Law& each : laws()) {
    labels += std::string(each.label) + " ";
    EXPECT_EQ(&law(each.id), &each);
  }

  EXPECT_EQ(labels,
            "L1 L2 L3 L4 L5 L6 L7 L8 L9 L10 L11 L12 L13 L14 L15 L16 L17 L18 L19 L20 L21 L22 "
            "T1 T2 T3 T4 T5 T6 T7 T8 ");
}

TEST(Laws, FindNothingInAHistoryWithEverythingInIt) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.acquire(1)
      .observed(1, PoolEventKind::opening, 1)
      .opens(1, 1)
      .observed(1, PoolEventKind::opened, 1);
  h.observed(1, PoolEventKind::lease_began, 1).got(1, 1).calls(1, ClientCall::execute, 1);
  h.acquire(2).observed(2, PoolEventKind::queued, 0, 1).parked(2).stalled(Outcome::ok, 5s).at(1ms);
  h.release(1, 1).calls(1, ClientCall::reset, 1).observed(1, PoolEventKind::lease_ended, 1);
  h.changed(1, 1, State::in_use, State::idle);
  h.returns(1).observed(2, PoolEventKind::granted, 1, 1).changed(2, 1, State::idle, State::in_use);
  h.observed(2, PoolEventKind::lease_began, 1)
      .got(2, 1)
      .release(2, 1)
      .calls(2, ClientCall::reset, 1)
      .observed(2, PoolEventKind::lease_ended, 1);
  h.changed(2, 1, State::in_use, State::idle).returns(2).tries(0, Outcome::ok, 1);
  h.observed(0, PoolEventKind::lease_began, 1).tries(0, Outcome::exhausted).gives_back(0, 1);
  h.observed(0, PoolEventKind::lease_ended, 1);
  h.snapshot(0, {.total = 1, .idle = 1, .acquires = 3, .releases = 3, .connects = 1});
  h.call(0, Operation::close)
      .observed(0, PoolEventKind::pool_closed)
      .changed(0, 1, State::idle, State::invalid)
      .closes(0, 1);
  h.observed(0, PoolEventKind::closed, 1).returns(0).does(0, Operation::destroy).finished();

  EXPECT_EQ(h.judged(), "");
}

TEST(Laws, AreJudgedTogetherAndNamedByLabel) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).takes(2, 2).finished(Outcome::data_race);

  EXPECT_EQ(
      h.judged(),
      "L2: the connect of session 2 at 0s (event 5) made 2 sessions of at most 1 "
      "(session 1 open)\n"
      "L3: task 2 got session 2 at 0s (event 7) as one of 2 leases out at once: "
      "max_size is 1\n"
      "L15: no order of the operations explains that acquire of task 2, called at event 4, got "
      "session 2 at 0s (event 7): 1 lease was out all the time, and max_size is 1\n"
      "L17: ThreadSanitizer saw a data race at 0s (event 8)");
}

TEST(Laws, ThatAPoolDeclinesFindNothing) {
  HistoryBuilder h;
  h.capabilities().exception_safe = false;
  h.acquire(1).returns(1, Outcome::threw);

  EXPECT_EQ(h.judged(), "");
}

TEST(Laws, PointAtTheEventsInQuestion) {
  HistoryBuilder h;
  h.takes(1, 1).takes(2, 1);
  HistoryIndex index;
  std::vector<Violation> found;
  judge(h.history(), index, found);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].law, LawId::exclusivity);
  EXPECT_EQ(found[0].events, (std::vector<std::size_t>{3, 5}));
}

}  // namespace
}  // namespace poolproof::sim
