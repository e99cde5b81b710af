#include <poolproof/sim/scenario/driver.h>

#include <algorithm>

namespace poolproof::sim {
std::uint32_t lease_keys_of(const Scenario& scenario) noexcept {
  return client_count(scenario) * Scenario::leases_per_client_max + audit_tries(scenario);
}

bool has_step(const Scenario& scenario, Step::Kind kind) noexcept {
  return std::ranges::any_of(scenario.clients, [kind](const ClientScript& script) {
    return std::ranges::any_of(script.steps,
                               [kind](const Step& step) { return step.kind == kind; });
  });
}

std::uint32_t audit_tries(const Scenario& scenario) noexcept {
  std::uint32_t most = static_cast<std::uint32_t>(scenario.pool.max_size);
  for (const ClientScript& script : scenario.clients) {
    for (const Step& step : script.steps) {
      if (step.kind == Step::Kind::resize) most = std::max(most, step.max_size);
    }
  }
  return std::min(most + 1, audit_leases_max);
}

TransactionOrder order_of(const Scenario& scenario, const Step& step, Instant now) noexcept {
  return {.program = step.program,
          .work = step.work,
          .from = step.from,
          .to = step.to,
          .deadline = step.has_duration ? deadline_after(now, step.duration) : Instant::max(),
          .dialect = scenario.dialect};
}

}  // namespace poolproof::sim
