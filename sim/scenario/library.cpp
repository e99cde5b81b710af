#include <algorithm>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/scenario/embedded_file.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {
namespace {

std::vector<Scenario> read_library() {
  std::vector<Scenario> scenarios;
  for (const EmbeddedFile& file : library_files()) {
    auto scenario = Scenario::parse(file.text, file.name);
    ensure(scenario.has_value());
    scenarios.push_back(*std::move(scenario));
  }
  std::ranges::sort(scenarios, {}, &Scenario::name);
  return scenarios;
}

}  // namespace

const std::vector<Scenario>& scenario_library() {
  static const std::vector<Scenario> library = read_library();
  return library;
}

}  // namespace poolproof::sim
