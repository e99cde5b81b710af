#include <poolproof/core/pool/pool_config.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<std::string> messages(const PoolConfig& config) {
  std::vector<std::string> all;
  for (const ConfigProblem& problem : config.validate())
    all.push_back(problem.message());
  return all;
}

using Messages = std::vector<std::string>;

TEST(PoolConfig, DefaultsAreThoseOfTheField) {
  const PoolConfig config;

  EXPECT_EQ(config.min_size, 2U);
  EXPECT_EQ(config.max_size, 10U);
  EXPECT_EQ(config.acquire_timeout, seconds(5));
  EXPECT_EQ(config.idle_timeout, minutes(5));
  EXPECT_EQ(config.max_lifetime, minutes(30));
  EXPECT_EQ(config.health_check_interval, minutes(1));
}

TEST(PoolConfig, DefaultsBreakNoRule) {
  EXPECT_EQ(messages(PoolConfig{}), Messages{});
}

TEST(PoolConfig, MinSizeMayEqualMaxSize) {
  EXPECT_EQ(messages({.min_size = 3, .max_size = 3}), Messages{});
}

TEST(PoolConfig, MinSizeAboveMaxSizeIsNamed) {
  EXPECT_EQ(messages({.min_size = 5, .max_size = 3}),
            Messages{"min_size 5: must not exceed max_size 3"});
}

TEST(PoolConfig, MaxSizeZeroIsNamed) {
  EXPECT_EQ(messages({.min_size = 0, .max_size = 0}), Messages{"max_size 0: must be at least 1"});
}

TEST(PoolConfig, MaxSizeBeyondItsLimitIsNamed) {
  EXPECT_EQ(messages({.max_size = 65'537}), Messages{"max_size 65537: must not exceed 65536"});
}

TEST(PoolConfig, EveryNegativeDurationIsNamed) {
  const PoolConfig config{.acquire_timeout = seconds(-1),
                          .idle_timeout = seconds(-2),
                          .max_lifetime = seconds(-3),
                          .health_check_interval = seconds(-4),
                          .validate_after_idle = seconds(-5),
                          .validation_timeout = seconds(-6),
                          .connect_backoff = seconds(-7),
                          .leak_threshold = seconds(-8)};

  EXPECT_EQ(messages(config), (Messages{"acquire_timeout -1 s: must not be negative",
                                        "idle_timeout -2 s: must not be negative",
                                        "max_lifetime -3 s: must not be negative",
                                        "health_check_interval -4 s: must not be negative",
                                        "validate_after_idle -5 s: must not be negative",
                                        "validation_timeout -6 s: must not be negative",
                                        "connect_backoff -7 s: must not be negative",
                                        "leak_threshold -8 s: must not be negative"}));
}

TEST(PoolConfig, IdleTimeoutThatMaxLifetimeOvertakesIsAWarning) {
  const auto problems = PoolConfig{.idle_timeout = minutes(30)}.validate();

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].severity, ConfigProblem::Severity::warning);
  EXPECT_EQ(problems[0].message(),
            "idle_timeout 30 min: has no effect unless shorter than max_lifetime 30 min");
}

TEST(PoolConfig, ALongestPauseBelowTheFirstIsNamed) {
  EXPECT_EQ(messages({.connect_backoff = seconds(2)}),
            Messages{"connect_backoff_max 1 s: must not be shorter than connect_backoff 2 s"});
}

TEST(PoolConfig, WaitingWhenRefusedWithoutAPauseIsAWarning) {
  const auto problems = PoolConfig{.connect_backoff = Duration::zero()}.validate();

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].severity, ConfigProblem::Severity::warning);
  EXPECT_EQ(problems[0].message(),
            "wait_when_refused true: has no effect without a connect_backoff");
}

TEST(PoolConfig, CallsAtOnceHaveBounds) {
  EXPECT_EQ(messages({.calls_at_once = 0}), Messages{"calls_at_once 0: must be from 1 to 65536"});
  EXPECT_EQ(messages({.calls_at_once = 65'537}),
            Messages{"calls_at_once 65537: must be from 1 to 65536"});
}

TEST(PoolConfig, ZeroIsNeverSoItOvertakesNothing) {
  EXPECT_EQ(messages({.max_lifetime = Duration::zero()}), Messages{});
  EXPECT_EQ(messages({.idle_timeout = Duration::zero()}), Messages{});
}

TEST(PoolConfig, ProblemsComeInTheOrderOfTheFields) {
  EXPECT_EQ(messages({.max_size = 0, .acquire_timeout = seconds(-1)}),
            (Messages{"min_size 2: must not exceed max_size 0", "max_size 0: must be at least 1",
                      "acquire_timeout -1 s: must not be negative"}));
}

}  // namespace
}  // namespace poolproof
