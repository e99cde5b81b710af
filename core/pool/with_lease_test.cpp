#include <poolproof/core/pool/with_lease.h>

#include <gtest/gtest.h>

#include <stdexcept>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

struct WithLease : testing::Test {
  fakes::FakeDatabase database;
  fakes::FakeClock clock;
  ConnectionPool pool{PoolConfig{.min_size = 0, .max_size = 1}, database, clock};
};

TEST_F(WithLease, ReturnsWhatTheWorkReturns) {
  const auto answer = with_lease(pool, [](Lease& lease) { return lease->ping() ? 42 : 0; });

  EXPECT_EQ(answer, 42);
  EXPECT_EQ(pool.metrics().idle, 1U);
}

TEST_F(WithLease, WorkMayReturnNothing) {
  bool is_done = false;

  EXPECT_TRUE(with_lease(pool, [&](Lease&) { is_done = true; }));

  EXPECT_TRUE(is_done);
}

TEST_F(WithLease, DoesNotCallTheWorkWithoutAConnection) {
  pool.close();
  bool is_called = false;

  const auto none = with_lease(pool, [&](Lease&) { is_called = true; });

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "pool is closed");
  EXPECT_FALSE(is_called);
}

TEST_F(WithLease, ExceptionEndsTheLeaseAndPasses) {
  const auto work = [](Lease&) { throw std::runtime_error("no such table"); };

  EXPECT_THROW((void)with_lease(pool, work), std::runtime_error);

  EXPECT_EQ(pool.metrics().leases, 0U);
}

}  // namespace
}  // namespace poolproof
