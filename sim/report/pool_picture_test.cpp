#include <poolproof/sim/report/pool_picture.h>

#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using PictureStatus = SessionPicture::Status;

PoolPicture last_of(const HistoryBuilder& h) {
  return pool_pictures(h.history()).back();
}

TEST(PoolPicture, FollowsASessionFromConnectToClose) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1).got(1, 1).release(1, 1).calls(1, ClientCall::reset, 1);
  h.begins(1, ClientCall::close, 1).ends(1);

  std::vector<std::string> seen;
  for (const PoolPicture& picture : pool_pictures(h.history()))
    seen.emplace_back(picture.sessions.empty() ? "none"
                                               : to_string(picture.sessions.front().status));

  EXPECT_EQ(seen, (std::vector<std::string>{"none", "connecting", "idle", "leased", "idle", "idle",
                                            "idle", "closing", "none"}));
}

// Recorded histories have the session on the return of a release, too.
TEST(PoolPicture, LeavesASessionIdleWhenItsReleaseHasReturned) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1);
  History history = h.history();
  history.events.back().session = SessionId{1};

  const PoolPicture picture = pool_pictures(history).back();

  EXPECT_EQ(history.events.back().operation, Operation::release);
  EXPECT_EQ(picture.sessions.front().status, PictureStatus::idle);
  EXPECT_TRUE(picture.sessions.front().holders.empty());
}

TEST(PoolPicture, TellsThatThePoolIsClosed) {
  History history;
  for (const Operation operation : {Operation::close, Operation::destroy}) {
    history.events.push_back({.kind = EventKind::call, .operation = operation});
    history.events.push_back({.kind = EventKind::ret, .operation = operation});
  }
  std::string gates;
  for (const PoolPicture& picture : pool_pictures(history))
    gates += std::string(to_string(picture.gate)) + " ";

  EXPECT_EQ(gates, "closing closed closed destroyed ");
}

TEST(PoolPicture, TellsWhoHoldsASessionAndWhoCallsIt) {
  HistoryBuilder h;
  h.takes(1, 1).begins(1, ClientCall::execute, 1);

  const PoolPicture picture = last_of(h);

  EXPECT_EQ(picture.sessions, (std::vector<SessionPicture>{{.session = SessionId{1},
                                                            .status = PictureStatus::leased,
                                                            .holders = {TaskId{1}},
                                                            .call = ClientCall::execute,
                                                            .caller = TaskId{1}}}));
}

TEST(PoolPicture, ShowsBothWhoHoldTheSameSession) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).got(2, 1);

  EXPECT_EQ(last_of(h).sessions.front().holders, (std::vector<TaskId>{TaskId{1}, TaskId{2}}));

  h.gives_back(1, 1);
  EXPECT_EQ(last_of(h).sessions.front().holders, (std::vector<TaskId>{TaskId{2}}));
  EXPECT_EQ(last_of(h).sessions.front().status, PictureStatus::leased);
}

TEST(PoolPicture, MarksTheSessionsThatARestartHasKilled) {
  HistoryBuilder h;
  h.takes(1, 1).server_restarts().takes(2, 2);

  EXPECT_TRUE(last_of(h).sessions[0].is_dead);
  EXPECT_FALSE(last_of(h).sessions[1].is_dead);
}

TEST(PoolPicture, KnowsNoSessionWhoseConnectFailed) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::failed);

  EXPECT_TRUE(last_of(h).sessions.empty());
}

TEST(PoolPicture, QueuesThoseWhoSleepWhereNoObserverSpeaks) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).parked(2).acquire(3).parked(3);
  EXPECT_EQ(last_of(h).queue, (std::vector<TaskId>{TaskId{2}, TaskId{3}}));

  h.gives_back(1, 1).got(2, 1);
  EXPECT_EQ(last_of(h).queue, (std::vector<TaskId>{TaskId{3}}));
}

TEST(PoolPicture, BelievesTheObserverOfTheQueue) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).acquire(3);
  h.observed(2, PoolEventKind::queued, 0, 1).observed(3, PoolEventKind::queued, 0, 2);
  EXPECT_EQ(last_of(h).queue, (std::vector<TaskId>{TaskId{2}, TaskId{3}}));

  h.observed(2, PoolEventKind::withdrawn, 0, 1);
  EXPECT_EQ(last_of(h).queue, (std::vector<TaskId>{TaskId{3}}));
}

TEST(PoolPicture, LetsNobodyQueueWhoWasServedBeforeItWasTold) {
  HistoryBuilder h;
  h.acquire(2).observed(1, PoolEventKind::granted, 1, 1).observed(2, PoolEventKind::queued, 0, 1);

  EXPECT_TRUE(last_of(h).queue.empty());
}

TEST(PoolPicture, KeepsTheLatestStateOfAConnectionInWhateverOrderItIsTold) {
  HistoryBuilder h;
  h.changed(1, 1, ConnectionState::idle, ConnectionState::in_use, 2);
  h.changed(2, 1, ConnectionState::in_use, ConnectionState::idle, 1);
  EXPECT_EQ(last_of(h).connections,
            (std::vector<ConnectionPicture>{{1, ConnectionState::in_use}}));

  h.observed(1, PoolEventKind::closed, 1);
  EXPECT_TRUE(last_of(h).connections.empty());
}

}  // namespace
}  // namespace poolproof::sim
