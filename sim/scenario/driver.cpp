#include <poolproof/sim/scenario/driver.h>

#include <algorithm>

namespace poolproof::sim {
namespace {

std::string_view missing_for(Step::Kind kind, const Capabilities& can) noexcept {
  using Kind = Step::Kind;
  switch (kind) {
    case Kind::try_acquire:
      return can.try_acquire ? "" : "try_acquire";
    case Kind::invalidate:
      return can.invalidate ? "" : "invalidate";
    case Kind::release_again:
    case Kind::use_ended:
      return can.double_release ? "" : "double_release";
    case Kind::ensure_min_size:
      return can.ensure_min_size ? "" : "ensure_min_size";
    case Kind::health_check:
      return can.health_check ? "" : "health_check";
    case Kind::metrics:
      return can.metrics ? "" : "metrics";
    case Kind::resize:
      return can.resize ? "" : "resize";
    case Kind::evict_all:
      return can.evict_all ? "" : "evict_all";
    case Kind::close:
      return can.close ? "" : "close";
    case Kind::drain:
      return can.drain ? "" : "drain";
    case Kind::destroy:
      return can.lease_outlives_pool ? "" : "lease_outlives_pool";
    case Kind::cancel:
      return can.cancellation ? "" : "cancellation";
    case Kind::transact:
      return can.transactions ? "" : "transactions";
    case Kind::acquire:
    case Kind::execute:
    case Kind::release:
    case Kind::sleep:
      return "";
  }
  return "";
}

}  // namespace

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

std::string_view missing_capability(const Scenario& scenario, const Capabilities& can) noexcept {
  if (scenario.prefill && !can.ensure_min_size) return "ensure_min_size";
  if (scenario.maintenance && !can.health_check) return "health_check";
  if (scenario.faults.failing_allocation != 0 && !can.exception_safe) return "exception_safe";
  for (const ClientScript& script : scenario.clients) {
    for (const Step& step : script.steps) {
      if (const auto missing = missing_for(step.kind, can); !missing.empty()) return missing;
    }
  }
  return "";
}

}  // namespace poolproof::sim
