#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>
#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

HistoryIndex index_of(const HistoryBuilder& h) {
  HistoryIndex index;
  index.build(h.history());
  return index;
}

TEST(HistoryIndex, TiesALeaseToItsSessionAndItsTwoOperations) {
  HistoryBuilder h;
  h.takes(1, 7).gives_back(1, 7);
  const HistoryIndex index = index_of(h);

  ASSERT_EQ(index.leases.size(), 1U);
  const LeaseRecord& lease = index.leases[0];
  EXPECT_EQ(index.sessions[lease.session].id, SessionId{7});
  EXPECT_EQ(lease.begin, 3U);
  EXPECT_EQ(lease.end, 4U);
  EXPECT_EQ(index.operations[lease.acquire].kind, Operation::acquire);
  EXPECT_EQ(index.operations[lease.release].kind, Operation::release);
}

TEST(HistoryIndex, KnowsWhichOperationsHadThePoolToThemselves) {
  HistoryBuilder h;
  h.does(0, Operation::health_check).call(1, Operation::acquire).does(2, Operation::metrics);
  h.returns(1, Outcome::timed_out);
  const HistoryIndex index = index_of(h);

  EXPECT_TRUE(index.operations[0].is_alone);
  EXPECT_FALSE(index.operations[1].is_alone);
  EXPECT_FALSE(index.operations[2].is_alone);
}

TEST(HistoryIndex, DoesNotTakeSleepInsideAClientCallForWaiting) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1).parked(1).stalled().ends(1).stalled();
  const HistoryIndex index = index_of(h);

  ASSERT_EQ(index.stalls.size(), 2U);
  EXPECT_EQ(index.stalls[0].calls_under_way, 1U);
  EXPECT_EQ(index.parked.size(), 0U);
  EXPECT_EQ(index.operations[0].parked, absent);
}

TEST(HistoryIndex, FindsTheLeaseThatWasOutAtAnEvent) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).takes(2, 1).gives_back(2, 1);
  const HistoryIndex index = index_of(h);
  const SessionRecord& session = index.sessions[0];

  EXPECT_EQ(index.lease_at(session, 2), absent);
  EXPECT_EQ(index.lease_at(session, 3), 0U);
  EXPECT_EQ(index.lease_at(session, 5), absent);
  EXPECT_EQ(index.lease_at(session, 7), 1U);
}

TEST(HistoryIndex, ForgetsTheHistoryBefore) {
  HistoryBuilder full;
  full.takes(1, 1).stalled().does(0, Operation::close).observed(1, PoolEventKind::opened, 1);
  full.resize(0, 0, 1).does(0, Operation::evict_all).server_restarts().finished();
  HistoryBuilder empty;
  HistoryIndex index = index_of(full);
  index.build(empty.history());

  EXPECT_EQ(index.operations.size() + index.sessions.size() + index.leases.size(), 0U);
  EXPECT_EQ(index.clients.size() + index.stalls.size() + index.observed.size(), 0U);
  EXPECT_EQ(index.resizes.size() + index.evictions.size() + index.server_restarts.size(), 0U);
  EXPECT_EQ(index.find(SessionId{1}), absent);
  EXPECT_EQ(index.first_close_call, absent);
  EXPECT_EQ(index.finished, absent);
  EXPECT_EQ(index.leases_out, 0U);
}

TEST(HistoryIndex, KeepsItsMemoryFromOneHistoryToTheNext) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).parked(2).stalled().gives_back(1, 1).got(2, 1);
  HistoryIndex index = index_of(h);
  const auto* operations = index.operations.data();
  const auto* leases = index.leases.data();
  index.build(h.history());

  EXPECT_EQ(index.operations.data(), operations);
  EXPECT_EQ(index.leases.data(), leases);
}

TEST(HistoryIndex, PassesOverWhatMakesNoSense) {
  History history;
  history.events.push_back({.kind = EventKind::ret, .task = TaskId{3}});
  history.events.push_back({.kind = EventKind::client_end, .task = TaskId{3}});
  history.events.push_back({.kind = EventKind::client_begin,
                            .client_call = ClientCall::connect,
                            .task = TaskId{1},
                            .session = SessionId{0xffff'ffff}});
  history.events.push_back({.kind = EventKind::call,
                            .operation = Operation::release,
                            .task = TaskId{1},
                            .session = SessionId{0xffff'ffff}});
  HistoryIndex index;
  std::vector<Violation> found;
  judge(history, index, found);

  EXPECT_EQ(index.sessions.size(), 0U);
  EXPECT_EQ(index.operations.size(), 1U);
}

}  // namespace
}  // namespace poolproof::sim
