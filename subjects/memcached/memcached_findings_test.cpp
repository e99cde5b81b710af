// What docs/findings.md says of libmemcachedutil 1.1.4 and one thread can show: a test that fails
// here means that the library was mended, and that the page must say since when.
#include <gtest/gtest.h>
#include <libmemcached-1.0/memcached.h>
#include <libmemcachedutil-1.0/pool.h>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/memcached/handle_pool.h>

namespace poolproof::subjects {
namespace {

using mocks::FaultPlan;
using mocks::MockDatabase;

TEST(HandlePool, GivesEachHandleASessionOfItsOwn) {
  const FaultPlan plan;
  SteadyClock clock;
  MockDatabase database(plan, clock);
  const HandlePool pool(database, 2);

  memcached_st* first = memcached_pool_fetch(pool.get(), nullptr, nullptr);
  memcached_st* second = memcached_pool_fetch(pool.get(), nullptr, nullptr);

  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_NE(&session_of(*first), &session_of(*second));
  memcached_pool_release(pool.get(), first);
  memcached_pool_release(pool.get(), second);
}

TEST(MemcachedFindings, PoolIsDestroyedWhileAHandleIsInUse) {
  memcached_st* master = memcached_create(nullptr);
  memcached_pool_st* pool = memcached_pool_create(master, 1, 1);
  memcached_st* leased = memcached_pool_fetch(pool, nullptr, nullptr);

  EXPECT_EQ(memcached_pool_destroy(pool), master) << "mended: it refuses, as it is documented";

  memcached_free(leased);
  memcached_free(master);
}

}  // namespace
}  // namespace poolproof::subjects
