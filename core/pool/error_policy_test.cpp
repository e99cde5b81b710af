// What an error closes that a lease's holder reports.

#include <poolproof/core/pool/error_policy.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::FakeClock;
using fakes::FakeDatabase;

const DbError is_read_only{DbErrorKind::read_only,
                           "cannot execute INSERT in a read-only transaction"};
const DbError is_lost{DbErrorKind::connection_lost, "reset by peer"};
const DbError is_violated{DbErrorKind::unique_violation, "there is one already"};

struct Told final : PoolObserver {
  void on_event(const PoolEvent& event) override {
    const bool is_of_policy = event.kind == PoolEventKind::connection_condemned ||
                              event.kind == PoolEventKind::generation_condemned;
    if (is_of_policy)
      said.push_back(std::string(to_string(event.kind)) + " " + event.error->message);
  }
  std::vector<std::string> said;
};

struct ErrorPolicies : testing::Test {
  FakeDatabase database;
  FakeClock clock;
  Told told;
};

TEST_F(ErrorPolicies, ByDefaultASessionThatIsLostIsClosedWhenItsLeaseEnds) {
  ConnectionPool pool({}, database, clock, &told);
  auto other = pool.acquire();
  other->release();
  auto lease = pool.acquire();
  lease->report(is_lost);
  lease->report(is_lost);
  EXPECT_EQ(database.open, 1U);

  lease->release();

  EXPECT_EQ(database.open, 0U);
  EXPECT_EQ(told.said, std::vector<std::string>{"connection_condemned reset by peer"});
}

TEST_F(ErrorPolicies, ByDefaultAServerThatIsReadOnlyTakesAllItsSessionsWithIt) {
  ConnectionPool pool({}, database, clock, &told);
  auto idle = pool.acquire();
  auto leased = pool.acquire();
  auto reporting = pool.acquire();
  idle->release();

  reporting->report(is_read_only);
  EXPECT_EQ(database.open, 2U);
  auto newer = pool.acquire();
  leased->report(is_read_only);
  leased->release();
  reporting->release();
  EXPECT_EQ(database.open, 1U);
  newer->release();

  EXPECT_EQ(database.open, 1U);
  EXPECT_EQ(told.said, (std::vector<std::string>{"generation_condemned " + is_read_only.message,
                                                 "connection_condemned " + is_read_only.message}));
}

TEST_F(ErrorPolicies, ByDefaultAStatementThatIsWrongLeavesItsSession) {
  ConnectionPool pool({}, database, clock, &told);
  auto lease = pool.acquire();

  lease->report(is_violated);
  lease->release();

  EXPECT_EQ(database.open, 1U);
  EXPECT_TRUE(told.said.empty());
}

TEST_F(ErrorPolicies, AreTheUsers) {
  PoolConfig config;
  config.error_policy = [](DbErrorKind kind) noexcept {
    return kind == DbErrorKind::unique_violation ? Condemned::connection : Condemned::nothing;
  };
  ConnectionPool pool(config, database, clock);
  auto lease = pool.acquire();
  auto other = pool.acquire();

  lease->report(is_violated);
  other->report(is_read_only);
  lease->release();
  other->release();

  EXPECT_EQ(database.open, 1U);
}

TEST_F(ErrorPolicies, CondemnNothingWhereThereIsNone) {
  ConnectionPool pool({.error_policy = nullptr}, database, clock);
  auto lease = pool.acquire();

  lease->report(is_lost);
  lease->release();

  EXPECT_EQ(database.open, 1U);
}

TEST_F(ErrorPolicies, ReachNoConnectionThroughAnEndedLease) {
  ConnectionPool pool({}, database, clock);
  auto lease = pool.acquire();
  lease->release();

  lease->report(is_read_only);

  EXPECT_EQ(database.open, 1U);
}

TEST(Condemned, HasNames) {
  EXPECT_EQ(to_string(Condemned::nothing), "nothing");
  EXPECT_EQ(to_string(Condemned::connection), "connection");
  EXPECT_EQ(to_string(Condemned::generation), "generation");
}

}  // namespace
}  // namespace poolproof
