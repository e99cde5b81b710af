#include <poolproof/sim/scenario/scenario.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view whole_file = R"(name = "hand-off"
about = "Two clients share \"one\" connection."
time = "patient"
dialect = "mysql"
prefill = true
maintenance = true
spurious_wakeups = 3
spurious_cas_failures = 2
steps_max = 500

[pool]
min_size = 1
max_size = 4
acquire_timeout = "250ms"
idle_timeout = "4s"
max_lifetime = "1min"
health_check_interval = "0s"
validate_after_idle = "1.5s"
validation_timeout = "3s"
connect_backoff = "20ms"
connect_backoff_max = "2s"
calls_at_once = 3
wait_when_refused = false
leak_threshold = "2s"
reset_on_return = false
seed = 9

[[clients]]
name = "user"
count = 2
repeat = 3
steps = ["acquire 5s", "execute", "release"]

[[clients]]
steps = ["acquire", "try_acquire", "invalidate", "release", "release_again", "use_ended",
  "sleep 5ms", "ensure_min_size", "health_check", "metrics", "resize 1 4", "evict_all",
  "close", "drain forever", "leave setting", "leave deadline 5ms", "move", "cancel",
  "cancel 2", "transact slow 2 9 5ms", "transact reads 1 2", "transact does s+[*]! 1 2"]

[faults]
plan = "connect 2 fails; ping 1/10 throws; server restarts at 2s; server turns read-only at 3s; session 1 dies at 1s"
)";

Scenario parsed(std::string_view toml) {
  auto scenario = Scenario::parse(toml, "test.toml");
  EXPECT_TRUE(scenario.has_value()) << scenario.error();
  return scenario ? *scenario : Scenario{};
}

TEST(Scenario, ReadsEveryField) {
  const Scenario scenario = parsed(whole_file);

  EXPECT_EQ(scenario.name, "hand-off");
  EXPECT_EQ(scenario.about, "Two clients share \"one\" connection.");
  EXPECT_EQ(scenario.time, TimeMode::patient);
  EXPECT_TRUE(scenario.prefill && scenario.maintenance);
  EXPECT_EQ(scenario.spurious_wakeups, 3U);
  EXPECT_EQ(scenario.spurious_cas_failures, 2U);
  EXPECT_EQ(scenario.steps_max, 500U);
  const PoolConfig pool{.min_size = 1,
                        .max_size = 4,
                        .acquire_timeout = milliseconds(250),
                        .idle_timeout = seconds(4),
                        .max_lifetime = seconds(60),
                        .health_check_interval = {},
                        .validate_after_idle = milliseconds(1500),
                        .validation_timeout = seconds(3),
                        .connect_backoff = milliseconds(20),
                        .connect_backoff_max = seconds(2),
                        .calls_at_once = 3,
                        .wait_when_refused = false,
                        .leak_threshold = seconds(2),
                        .reset_on_return = false,
                        .seed = 9};
  EXPECT_EQ(scenario.pool, pool);
  EXPECT_EQ(scenario.faults.faults.size(), 2U);
  EXPECT_EQ(scenario.faults.restarts, std::vector<Duration>{seconds(2)});
}

TEST(Scenario, ReadsClientsAndTheirSteps) {
  const Scenario scenario = parsed(whole_file);

  ASSERT_EQ(scenario.clients.size(), 2U);
  const Step acquire{.kind = Step::Kind::acquire, .has_duration = true, .duration = seconds(5)};
  const ClientScript user{
      .name = "user",
      .count = 2,
      .repeat = 3,
      .steps = {acquire, {.kind = Step::Kind::execute}, {.kind = Step::Kind::release}}};
  EXPECT_EQ(scenario.clients[0], user);
  EXPECT_EQ(scenario.clients[1].name, "client");
  EXPECT_EQ(scenario.clients[1].steps.size(), 22U);
  EXPECT_FALSE(scenario.clients[1].steps[0].has_duration);
  EXPECT_EQ(scenario.clients[1].steps[13].duration, Duration::max());
  EXPECT_EQ(client_count(scenario), 3U);
}

TEST(Scenario, PrintsWhatItRead) {
  EXPECT_EQ(to_toml(parsed(whole_file)), whole_file);
}

TEST(Scenario, LeavesOutDefaults) {
  const std::string_view small =
      "name = \"one\"\n\n[[clients]]\nsteps = [\"acquire\", \"release\"]\n";

  EXPECT_EQ(to_toml(parsed(small)), small);
}

TEST(Scenario, SurvivesPrintingWithASeedBeyondTomlsIntegers) {
  Scenario scenario = parsed("name = \"one\"\n[[clients]]\nsteps = [\"acquire\"]\n");
  scenario.pool.seed = UINT64_MAX;
  scenario.about = "Quotes \" and \\ backslashes.";

  EXPECT_NE(to_toml(scenario).find("seed = \"18446744073709551615\""), std::string::npos);
  EXPECT_EQ(parsed(to_toml(scenario)), scenario);
}

TEST(Scenario, AcceptsDestroyOfTheOnlyClientBeforeLeaseSteps) {
  const Scenario scenario = parsed(
      "name = \"one\"\n[[clients]]\nsteps = [\"acquire\", \"destroy\", \"execute\", "
      "\"release\"]\n");

  EXPECT_EQ(scenario.clients[0].steps[1].kind, Step::Kind::destroy);
}

TEST(Scenario, AcceptsRepeatsThatReleaseWhatTheyTake) {
  const Scenario scenario =
      parsed("name = \"one\"\n[[clients]]\nrepeat = 1000\nsteps = [\"acquire\", \"release\"]\n");

  EXPECT_EQ(scenario.clients[0].repeat, 1000U);
}

}  // namespace
}  // namespace poolproof::sim
