#include <poolproof/core/pool/pool_size.h>

#include <gtest/gtest.h>

#include <limits>

namespace poolproof {
namespace {

TEST(PoolSize, IsTwiceTheCoresAndTheSpindles) {
  EXPECT_EQ(pool_size_for({.cores = 4, .effective_spindles = 1}), 9U);  // HikariCP's example.
  EXPECT_EQ(pool_size_for({.cores = 16}), 32U);
  EXPECT_EQ(pool_size_for({}), 2U);
}

TEST(PoolSize, CountsUnknownCoresAsOne) {
  EXPECT_EQ(pool_size_for({.cores = 0, .effective_spindles = 0}), 2U);
  EXPECT_EQ(pool_size_for({.cores = 0, .effective_spindles = 3}), 5U);
}

TEST(PoolSize, IsAlwaysOneThatAPoolCanHave) {
  constexpr auto most = std::numeric_limits<std::size_t>::max();
  PoolConfig config;

  config.max_size = pool_size_for({.cores = most, .effective_spindles = most});

  EXPECT_EQ(config.max_size, PoolConfig::max_size_limit);
  EXPECT_TRUE(config.validate().empty());
}

}  // namespace
}  // namespace poolproof
