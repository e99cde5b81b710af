// What docs/findings.md says of Poco::ObjectPool 1.11 and one thread can show: a test that fails
// here means that the library was mended, and that the page must say since when.
#include <Poco/ObjectPool.h>
#include <gtest/gtest.h>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/poco_objects/session_factory.h>

namespace poolproof::subjects {
namespace {

using mocks::ClientCall;
using mocks::Fault;
using mocks::FaultPlan;
using mocks::MockDatabase;
using mocks::Selector;

using SessionPool = Poco::ObjectPool<PooledSession, PooledSession*, SessionFactory>;

TEST(PocoObjectsFindings, PlaceIsLostWhenAnObjectCannotBeActivated) {
  FaultPlan plan;
  plan.faults.push_back({ClientCall::ping, {Selector::Kind::nth, 2, 1}, Fault::Effect::fails, {}});
  SteadyClock clock;
  MockDatabase database(plan, clock);
  SessionPool pool(SessionFactory(database), 1, 1);
  pool.returnObject(pool.borrowObject());

  EXPECT_THROW(pool.borrowObject(), SessionLost);

  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(pool.size(), 1U) << "mended: the destroyed object gives its place back";
  EXPECT_EQ(pool.borrowObject(), nullptr);
}

}  // namespace
}  // namespace poolproof::subjects
