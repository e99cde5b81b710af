#pragma once
// What of a scenario a pool can be put through: the steps that it has no operation for are left
// out.

#include <string_view>
#include <vector>

#include <poolproof/sim/judge/capabilities.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

struct Fitting {
  Scenario scenario;
  /// The capabilities whose steps were left out, each once, in order of first need.
  std::vector<std::string_view> left_out;
  /// The first capability without which there is no such scenario; empty when it can be run.
  std::string_view missing;
};

/// `scenario` without prefill, maintenance and steps that need what the pool declines. Nothing is
/// left of one that then has no step that takes a connection, or asks for the impossible; nor is a
/// failing allocation left out of one that was written for it.
Fitting fit(const Scenario& scenario, const Capabilities& capabilities);

}  // namespace poolproof::sim
