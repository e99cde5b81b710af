#include <poolproof/drivers/configured_database.h>

#include <gtest/gtest.h>

#include <map>

#include <poolproof/core/pool/connection_pool.h>

namespace poolproof {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment_of(const Variables& variables) {
  return [&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found != variables.end() ? found->second.c_str() : nullptr;
  };
}

struct Configured : testing::Test {
  SteadyClock clock;
  Variables variables;

  std::expected<ConfiguredDatabase, std::string> read(const std::string& address,
                                                      const PoolConfig& usual = {}) {
    return configured_database(address, clock, usual, environment_of(variables));
  }
  std::string mistake_in(const std::string& address) {
    const auto found = read(address);
    return found ? "none" : found.error();
  }
};

TEST_F(Configured, TheQueryOutranksTheEnvironmentAndThatTheProgram) {
  variables = {{"POOLPROOF_MAX_SIZE", "20"},
               {"POOLPROOF_IDLE_TIMEOUT", "2min"},
               {"POOLPROOF_MIN_SIZE", "3"}};

  const auto found = read("sqlite::memory:?max_size=30&acquire_timeout=500ms",
                          {.min_size = 1, .max_size = 5, .calls_at_once = 2});

  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->pool, (PoolConfig{.min_size = 3,
                                     .max_size = 30,
                                     .acquire_timeout = std::chrono::milliseconds(500),
                                     .idle_timeout = std::chrono::minutes(2),
                                     .calls_at_once = 2}));
}

TEST_F(Configured, ADatabaseOpensWithItsDriversKnobs) {
  const auto found =
      read("sqlite::memory:?min_size=1&max_size=1&statement_timeout=1ns&busy_timeout=0");
  ASSERT_TRUE(found) << found.error();
  ConnectionPool pool(found->pool, *found->factory, clock);

  auto lease = pool.acquire();

  ASSERT_TRUE(lease) << lease.error().message();
  const auto counted = lease->client().execute(
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000000) "
      "select count(*) from n",
      {});
  ASSERT_FALSE(counted);
  EXPECT_EQ(counted.error().kind, DbErrorKind::timed_out);
}

TEST_F(Configured, WhatTheQuerySaysToTheDatabaseIsLeftToIt) {
  const auto read_only = read("sqlite:file:/nowhere/app.db?mode=ro&max_size=3&cache=private");
  ASSERT_TRUE(read_only) << read_only.error();
  EXPECT_EQ(read_only->pool.max_size, 3U);
  const auto over_libpq =
      read("postgresql://app@/shop?host=%2Fnowhere&max_size=4&sslmode=disable");
  ASSERT_TRUE(over_libpq) << over_libpq.error();
  EXPECT_EQ(over_libpq->pool.max_size, 4U);
  EXPECT_EQ(over_libpq->factory->connect(Instant::max()).error().message,
            "connection to server on socket \"/nowhere/.s.PGSQL.5432\" failed: No such file or "
            "directory");
}

TEST_F(Configured, TheAddressMayBeTheEnvironments) {
  variables = {{"POOLPROOF_ADDRESS", "sqlite::memory:?max_size=7"}};
  EXPECT_EQ(read("")->pool.max_size, 7U);
  variables.clear();
  EXPECT_EQ(mistake_in(""), "there is no address: give one, or set POOLPROOF_ADDRESS");
}

TEST_F(Configured, AMistakeIsOneSentenceOfPlaceValueAndRule) {
  EXPECT_EQ(mistake_in("sqlite:app.db?max_size=many"),
            "the address's query: max_size \"many\": must be a whole number, not negative");
  EXPECT_EQ(mistake_in("postgresql://app:hunter?max_size=2@db/shop?max_size=0"),
            "the address's query: max_size 0: must be at least 1");
  EXPECT_EQ(mistake_in("postgresql://app:hunter2@db/shop?max_size=1"),
            "the address's query: min_size 2: must not exceed max_size 1");
  EXPECT_EQ(mistake_in("sqlite:app.db?maxsize=5"),
            "the address's query: maxsize: must be the name of a knob of PoolConfig or "
            "SqliteOptions");
  EXPECT_EQ(mistake_in("mysql://root:hunter2@db/shop"),
            "the address of a database begins with sqlite:, postgresql:// or postgres://");
  variables = {{"POOLPROOF_BUSY_TIMEOUT", "5"}};
  EXPECT_EQ(mistake_in("sqlite:app.db"),
            "the environment's POOLPROOF_BUSY_TIMEOUT: busy_timeout \"5\": must be a duration: a "
            "whole number and ns, us, ms, s, min or h, as in 500ms, or 0");
  EXPECT_EQ(mistake_in("postgresql://db/shop"), "none");  // It is no knob of this one.
}

}  // namespace
}  // namespace poolproof
