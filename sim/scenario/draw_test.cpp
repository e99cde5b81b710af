#include <poolproof/sim/scenario/draw.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t many = 4000;

/// Whether one of many drawn scenarios is such.
bool is_drawn(const std::function<bool(const Scenario&)>& is_such) {
  for (std::uint64_t number = 0; number < many; ++number)
    if (is_such(drawn_scenario(1, number, false))) return true;
  return false;
}

bool has_step(const Scenario& scenario, const std::function<bool(const Step&)>& is_such) {
  return std::ranges::any_of(scenario.clients, [&](const ClientScript& client) {
    return std::ranges::any_of(client.steps, is_such);
  });
}

TEST(DrawnScenario, DependsOnSeedAndNumberAlone) {
  EXPECT_EQ(drawn_scenario(5, 17, false), drawn_scenario(5, 17, false));
  EXPECT_EQ(drawn_scenario(5, 17, false).name, "drawn-17");
  EXPECT_NE(to_toml(drawn_scenario(5, 17, false)), to_toml(drawn_scenario(6, 17, false)));
  EXPECT_FALSE(drawn_scenario(5, 17, false).clients == drawn_scenario(5, 18, false).clients);
}

TEST(DrawnScenario, IsReadBackFromWhatItPrints) {
  for (std::uint64_t number = 0; number < many; ++number) {
    const Scenario drawn = drawn_scenario(2, number, number % 2 == 0);
    const auto read = Scenario::parse(to_toml(drawn), "drawn");
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(*read, drawn);
  }
}

TEST(DrawnScenario, AsksNothingImpossible) {
  for (std::uint64_t number = 0; number < many; ++number) {
    const Scenario drawn = drawn_scenario(3, number, false);
    EXPECT_FALSE(may_starve(drawn)) << to_toml(drawn);
    EXPECT_LE(client_count(drawn), 8U);
  }
}

TEST(DrawnScenario, TransactsOnlyForThoseThatHaveTransactions) {
  const auto transacts = [](const Step& step) { return step.kind == Step::Kind::transact; };
  bool is_seen = false;
  for (std::uint64_t number = 0; number < 100; ++number) {
    EXPECT_FALSE(has_step(drawn_scenario(1, number, false), transacts));
    is_seen = is_seen || has_step(drawn_scenario(1, number, true), transacts);
  }
  EXPECT_TRUE(is_seen);
}

TEST(DrawnScenario, HasEveryStepAndEveryFault) {
  std::set<Step::Kind> steps;
  std::set<mocks::Fault::Effect> effects;
  for (std::uint64_t number = 0; number < many; ++number) {
    const Scenario drawn = drawn_scenario(1, number, true);
    for (const ClientScript& client : drawn.clients)
      for (const Step& step : client.steps)
        steps.insert(step.kind);
    for (const mocks::Fault& fault : drawn.faults.faults)
      effects.insert(fault.effect);
    for (const ClientScript& client : drawn_scenario(1, number, false).clients)
      for (const Step& step : client.steps)
        steps.insert(step.kind);
  }

  EXPECT_EQ(steps.size(), static_cast<std::size_t>(Step::Kind::transact) + 1);
  EXPECT_EQ(effects.size(), static_cast<std::size_t>(mocks::Fault::Effect::answers_late) + 1);
}

TEST(DrawnScenario, HasErrorsOfEveryKindAndClientsThatSeeNoTransaction) {
  std::set<DbErrorKind> kinds;
  bool is_blind = false;
  for (std::uint64_t number = 0; number < 3 * many; ++number) {
    const Scenario drawn = drawn_scenario(1, number, true);
    is_blind |= !drawn.sees_transactions;
    for (const mocks::Fault& fault : drawn.faults.faults) {
      if (fault.kind) kinds.insert(*fault.kind);
      // What ended so without anybody seeing it nobody could be blamed for.
      EXPECT_TRUE(drawn.sees_transactions ||
                  fault.effect != mocks::Fault::Effect::ends_transaction);
    }
  }

  EXPECT_TRUE(is_blind);
  for (const mocks::ClientCall call :
       {mocks::ClientCall::connect, mocks::ClientCall::ping, mocks::ClientCall::commit}) {
    for (const DbErrorKind kind : mocks::kinds_of_failure(call))
      EXPECT_TRUE(kinds.contains(kind)) << to_string(kind);
  }
}

TEST(DrawnScenario, HasDeadSessionsDemotionsAndPauses) {
  EXPECT_TRUE(is_drawn([](const Scenario& one) {
    return std::ranges::any_of(one.faults.deaths, &mocks::Death::is_known);
  }));
  EXPECT_TRUE(is_drawn([](const Scenario& one) { return !one.faults.demotions.empty(); }));
  EXPECT_TRUE(is_drawn([](const Scenario& one) {
    return one.pool.connect_backoff > 1ms && !one.pool.wait_when_refused;
  }));
}

TEST(DrawnScenario, HasSleepsThatEndAroundAKnob) {
  const auto sleeps = [](const Scenario& scenario, Duration low, Duration high) {
    return has_step(scenario, [&](const Step& step) {
      return step.kind == Step::Kind::sleep && step.duration >= low && step.duration <= high;
    });
  };

  EXPECT_TRUE(is_drawn([&](const Scenario& one) {
    const Duration life = one.pool.max_lifetime;
    return life > 1ms && sleeps(one, life, life);
  }));
  EXPECT_TRUE(is_drawn([&](const Scenario& one) {
    const Duration life = one.pool.max_lifetime;
    return life > 1ms && sleeps(one, life + 1ns, life + 1ns);
  }));
  EXPECT_TRUE(is_drawn([&](const Scenario& one) {
    const Duration life = one.pool.max_lifetime;
    return life > 1ms && sleeps(one, life + life / 100, life + life / 10);
  }));
  EXPECT_TRUE(is_drawn([&](const Scenario& one) {
    const Duration idle = one.pool.idle_timeout;
    return idle > 1ms && sleeps(one, idle * 2, Duration::max());
  }));
}

TEST(ScenarioDraw, LimitsWaitsThatWouldNeverEnd) {
  Scenario scenario;
  scenario.pool.max_size = 1;
  const Step acquire{
      .kind = Step::Kind::acquire, .has_duration = true, .duration = Duration::max()};
  scenario.clients = {{.steps = {acquire, acquire}}};

  make_passable(scenario);

  EXPECT_EQ(scenario.clients[0].steps[1].duration, 5ms);
  EXPECT_FALSE(may_starve(scenario));
}

TEST(ScenarioDraw, LimitsTransactionsThatWouldWaitForWhatTheirOwnClientHolds) {
  Scenario scenario;
  scenario.pool.max_size = 1;
  scenario.pool.acquire_timeout = Duration::max();
  scenario.clients = {{.steps = {{.kind = Step::Kind::try_acquire},
                                 {.kind = Step::Kind::transact, .from = 1, .to = 2}}}};
  ASSERT_TRUE(may_starve(scenario));

  make_passable(scenario);

  EXPECT_EQ(scenario.pool.acquire_timeout, 5ms);
  EXPECT_FALSE(may_starve(scenario));
}

TEST(ScenarioDraw, LetsTheMaintenanceThreadRest) {
  Scenario scenario;
  scenario.maintenance = true;
  scenario.pool.health_check_interval = 1ms;
  scenario.clients = {{.steps = {{.kind = Step::Kind::sleep, .duration = 1h}}}};

  make_passable(scenario);

  EXPECT_EQ(scenario.pool.health_check_interval, 1h);
}

TEST(ScenarioDraw, LetsTheMaintenanceThreadRestWhileRefusedConnectsPause) {
  Scenario scenario;
  scenario.maintenance = true;
  scenario.pool.health_check_interval = 1ms;
  scenario.pool.acquire_timeout = 1s;
  scenario.pool.connect_backoff_max = 1h;
  scenario.clients = {{.steps = {{.kind = Step::Kind::acquire}}}};
  make_passable(scenario);
  EXPECT_EQ(scenario.pool.health_check_interval, 1s);

  scenario.faults = mocks::FaultPlan::parse("connect 1 fails").value();
  make_passable(scenario);
  EXPECT_EQ(scenario.pool.health_check_interval, 1h);
}

}  // namespace
}  // namespace poolproof::sim
