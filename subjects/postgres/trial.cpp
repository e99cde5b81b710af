#include <poolproof/subjects/postgres/trial.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <poolproof/subjects/postgres/trial_round.h>

namespace poolproof::subjects {
namespace {

void prepare(postgres::TestServer& server, Clock& clock) {
  PostgresFactory factory({.address = server.address()}, clock);
  const auto client = factory.connect(Instant::max());
  if (!client) throw std::runtime_error(to_string(client.error()));
  const auto done = (*client)->execute("create user teller", {});
  const auto founded = done ? found_bank(**client) : std::unexpected(done.error());
  if (!founded) throw std::runtime_error(to_string(founded.error()));
}

Isolation isolation_of(const TrialPlan& plan, std::uint32_t round) {
  return plan.isolation.value_or(trial_levels[round % trial_levels.size()]);
}

/// Also a short trial comes to each of the levels.
std::uint32_t kills_of_a_round(const TrialPlan& plan) {
  constexpr auto levels = static_cast<std::uint32_t>(trial_levels.size());
  const std::uint32_t for_each_level = (plan.kills + levels - 1) / levels;
  return plan.isolation ? plan.kills_of_a_round : std::min(plan.kills_of_a_round, for_each_level);
}

}  // namespace

TrialResult run_trial(const TrialPlan& plan, TrialListener& listener) {
  SteadyClock clock;
  const int connections = static_cast<int>(plan.pool) + 16;
  std::optional<ServerPair> pair;
  std::optional<postgres::TestServer> alone;
  if (plan.has_standby)
    pair.emplace(connections, clock);
  else
    alone.emplace(postgres::TestServerSettings{.max_connections = connections, .more = {}});
  prepare(pair ? pair->primary() : *alone, clock);
  TrialResult result;
  std::uint32_t kills = 0;
  while (kills < plan.kills) {
    const std::uint32_t share = std::min(kills_of_a_round(plan), plan.kills - kills);
    const std::uint32_t number = result.rounds + 1;
    TrialRound({.plan = plan,
                .server = pair ? pair->primary() : *alone,
                .pair = pair ? &*pair : nullptr,
                .isolation = isolation_of(plan, result.rounds),
                .number = number,
                .kills = share},
               result)
        .run();
    kills += share;
    listener.round_ended(result);
  }
  return result;
}

}  // namespace poolproof::subjects
