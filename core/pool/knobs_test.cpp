#include <poolproof/core/pool/knobs.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

/// What it is then, or why it is not.
std::expected<PoolConfig, std::string> with_knob(std::string_view name, std::string_view text) {
  PoolConfig config;
  const Knob<PoolConfig>* const found = find_knob(pool_knobs(), name);
  if (found == nullptr) return std::unexpected("no knob");
  if (const auto set = set_knob(config, *found, text); !set)
    return std::unexpected(set.error().message());
  return config;
}

TEST(Knobs, AreSetByTheirNames) {
  EXPECT_EQ(with_knob("max_size", "20"), (PoolConfig{.max_size = 20}));
  EXPECT_EQ(with_knob("acquire_timeout", "1500ms"),
            (PoolConfig{.acquire_timeout = std::chrono::milliseconds(1500)}));
  EXPECT_EQ(with_knob("idle_timeout", "0"), (PoolConfig{.idle_timeout = Duration::zero()}));
  EXPECT_EQ(with_knob("reset_on_return", "false"), (PoolConfig{.reset_on_return = false}));
  EXPECT_EQ(with_knob("misuse_checks", "on"), (PoolConfig{.misuse_checks = MisuseChecks::on}));
  EXPECT_EQ(with_knob("MAX_SIZE", "20"), std::unexpected("no knob"));
}

TEST(Knobs, ReadDurationsInEveryUnit) {
  Duration read{};
  EXPECT_TRUE(read_knob("2h", read) && read == std::chrono::hours(2));
  EXPECT_TRUE(read_knob("3 min", read) && read == std::chrono::minutes(3));
  EXPECT_TRUE(read_knob("4s", read) && read == std::chrono::seconds(4));
  EXPECT_TRUE(read_knob("5us", read) && read == std::chrono::microseconds(5));
  EXPECT_TRUE(read_knob("6ns", read) && read == std::chrono::nanoseconds(6));
}

TEST(Knobs, SayWhatATextMustBe) {
  EXPECT_EQ(with_knob("max_size", "many").error(),
            "max_size \"many\": must be a whole number, not negative");
  EXPECT_EQ(with_knob("max_size", "-1").error(),
            "max_size \"-1\": must be a whole number, not negative");
  EXPECT_EQ(with_knob("max_size", "99999999999999999999").error(),
            "max_size \"99999999999999999999\": must be a whole number, not negative");
  constexpr std::string_view rule =
      ": must be a duration: a whole number and ns, us, ms, s, min or h, as in 500ms, or 0";
  for (const std::string_view text : {"5", "5 days", "-5s", "1.5s", "", "s", "9999999999999h"}) {
    EXPECT_EQ(with_knob("acquire_timeout", text).error(),
              "acquire_timeout \"" + std::string(text) + "\"" + std::string(rule));
  }
  EXPECT_EQ(with_knob("reset_on_return", "yes").error(),
            "reset_on_return \"yes\": must be true or false");
  EXPECT_EQ(with_knob("misuse_checks", "yes").error(),
            "misuse_checks \"yes\": must be as_built, off or on");
}

}  // namespace
}  // namespace poolproof
