#include <poolproof/drivers/sqlite/sqlite_write_queue.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

/// Tells when somebody begins to wait, and lets nobody's time pass.
class WaitedClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return Instant(); }
  void sleep_until(Instant) override {}
  std::cv_status wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                            Instant) override {
    ++waits;
    waits.notify_all();
    condition.wait(lock);
    return std::cv_status::no_timeout;
  }
  void await(int count) {
    for (int seen = waits; seen < count; seen = waits)
      waits.wait(seen);
  }

  std::atomic<int> waits = 0;
};

TEST(SqliteWriteQueue, ServesThoseFirstWhoCameFirst) {
  constexpr int writers = 16;
  SqliteWriteQueue queue;
  WaitedClock clock;
  std::vector<int> served;
  ASSERT_TRUE(queue.try_enter());
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&, i] {
        EXPECT_TRUE(queue.enter(clock, Instant::max()));
        served.push_back(i);  // Nobody else has the turn.
        queue.leave();
      });
      clock.await(i + 1);
    }
    EXPECT_FALSE(queue.try_enter());
    queue.leave();
  }
  std::vector<int> in_order;
  for (int i = 0; i < writers; ++i)
    in_order.push_back(i);
  EXPECT_EQ(served, in_order);
  EXPECT_TRUE(queue.try_enter());
}

TEST(SqliteWriteQueue, ForgetsThoseWhoseTimeIsUp) {
  SqliteWriteQueue queue;
  TickingClock clock;
  ASSERT_TRUE(queue.try_enter());

  EXPECT_FALSE(queue.enter(clock, clock.now() + seconds(1)));

  queue.leave();
  EXPECT_TRUE(queue.try_enter());
}

TEST(SqliteWriters, WaitForEachOtherAndNoneIsRefused) {
  constexpr int writers = 32;
  constexpr int rounds = 10;
  const TemporaryFolder folder;
  SteadyClock clock;
  SqliteFactory factory({.path = folder.file("test.db"),
                         .busy_timeout = seconds(60),
                         .synchronous = SqliteSynchronous::off},
                        clock);
  const TestSession session(std::move(factory.connect(Instant::max()).value()));
  session.run("create table t (n integer)");
  std::atomic<int> errors = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&] {
        const auto client = std::move(factory.connect(Instant::max()).value());
        for (int round = 0; round < rounds; ++round) {
          for (const char* sql : {"begin immediate", "insert into t values (1)", "commit",
                                  "insert into t values (2)"})
            errors += !client->execute(sql, {});
        }
      });
    }
  }
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(session.ask("select count(*) from t"), Value(2 * writers * rounds));
}

TEST(SqliteWriters, GiveTheirTurnBackHoweverTheirTransactionEnds) {
  TestDatabase database({}, true);
  auto first = std::move(database.factory().connect(Instant::max()).value());
  const TestSession second(database.connect());
  const auto second_can_write = [&] {
    return second->execute("insert into t values (1)", {}).has_value();
  };
  second.run("create table t (n integer primary key on conflict rollback)");
  const auto begin = [&] {
    EXPECT_TRUE(first->execute("begin immediate", {}));
    EXPECT_FALSE(second->execute("begin immediate", {}));
  };
  begin();
  EXPECT_TRUE(first->execute("rollback", {}));
  EXPECT_TRUE(second_can_write());
  begin();
  EXPECT_FALSE(first->execute("insert into t values (1)", {}));  // Rolls back by itself.
  second.run("delete from t");
  begin();
  EXPECT_TRUE(first->reset());
  EXPECT_TRUE(second_can_write());
  begin();
  first.reset();  // The session ends.
  second.run("delete from t");
}

TEST(SqliteWriters, SayThatTheDatabaseIsLockedWhenTheirTurnDoesNotCome) {
  TestDatabase database({}, true);
  const TestSession first(database.connect());
  const TestSession second(database.connect());
  first.run("create table t (n integer)");
  first.run("begin immediate");

  EXPECT_EQ(to_string(second.fail("insert into t values (1)")),
            "busy (5): database is locked in: insert into t values (1)");
  second->set_deadline(database.clock.now() + milliseconds(1));
  EXPECT_EQ(second.fail("insert into t values (1)").kind, DbErrorKind::timed_out);
}

}  // namespace
}  // namespace poolproof
