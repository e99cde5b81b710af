#include <poolproof/sim/scenario/fitting.h>

#include <algorithm>

#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

std::string_view missing_for(Step::Kind kind, const Capabilities& can) noexcept {
  switch (kind) {
    case Step::Kind::try_acquire:
      return can.try_acquire ? "" : "try_acquire";
    case Step::Kind::invalidate:
      return can.invalidate ? "" : "invalidate";
    case Step::Kind::release_again:
    case Step::Kind::use_ended:
      return can.double_release ? "" : "double_release";
    case Step::Kind::ensure_min_size:
      return can.ensure_min_size ? "" : "ensure_min_size";
    case Step::Kind::health_check:
      return can.health_check ? "" : "health_check";
    case Step::Kind::metrics:
      return can.metrics ? "" : "metrics";
    case Step::Kind::resize:
      return can.resize ? "" : "resize";
    case Step::Kind::evict_all:
      return can.evict_all ? "" : "evict_all";
    case Step::Kind::close:
      return can.close ? "" : "close";
    case Step::Kind::drain:
      return can.drain ? "" : "drain";
    case Step::Kind::destroy:
      return can.lease_outlives_pool ? "" : "lease_outlives_pool";
    case Step::Kind::cancel:
      return can.cancellation ? "" : "cancellation";
    case Step::Kind::transact:
      return can.transactions ? "" : "transactions";
    case Step::Kind::acquire:
    case Step::Kind::execute:
    case Step::Kind::release:
    case Step::Kind::sleep:
    case Step::Kind::leave:
    case Step::Kind::move:
      return "";
  }
  return "";
}

bool takes_connections(const Scenario& scenario) {
  return std::ranges::any_of(scenario.clients, [](const ClientScript& client) {
    return std::ranges::any_of(client.steps, [](const Step& step) {
      return step.kind == Step::Kind::acquire || step.kind == Step::Kind::try_acquire ||
             step.kind == Step::Kind::transact;
    });
  });
}

void note(std::string_view missing, Fitting& fitting) {
  if (missing.empty() || std::ranges::find(fitting.left_out, missing) != fitting.left_out.end())
    return;
  fitting.left_out.push_back(missing);
}

void leave_out_steps(const Capabilities& can, Fitting& fitting) {
  for (ClientScript& client : fitting.scenario.clients) {
    std::erase_if(client.steps, [&](const Step& step) {
      const std::string_view missing = missing_for(step.kind, can);
      note(missing, fitting);
      return !missing.empty();
    });
  }
  std::erase_if(fitting.scenario.clients,
                [](const ClientScript& client) { return client.steps.empty(); });
}

}  // namespace

Fitting fit(const Scenario& scenario, const Capabilities& can) {
  Fitting fitting{.scenario = scenario, .left_out = {}, .missing = {}};
  Scenario& left = fitting.scenario;
  if (left.prefill && !can.ensure_min_size) {
    left.prefill = false;
    note("ensure_min_size", fitting);
  }
  if (left.maintenance && !can.health_check) {
    left.maintenance = false;
    note("health_check", fitting);
  }
  leave_out_steps(can, fitting);
  if (left.faults.failing_allocation != 0 && !can.exception_safe) {
    fitting.missing = "exception_safe";
  } else if (!fitting.left_out.empty()) {
    const bool is_impossible = may_starve(left) && !may_starve(scenario);
    const bool is_lost = takes_connections(scenario) && !takes_connections(left);
    if (left.clients.empty() || is_lost || is_impossible)
      fitting.missing = fitting.left_out.front();
  }
  return fitting;
}

}  // namespace poolproof::sim
