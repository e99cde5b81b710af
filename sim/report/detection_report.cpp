#include <poolproof/sim/report/detection_report.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const SeedReport& seed) {
  const Detection& detection = seed.detection;
  Json json{{"seed", detection.seed},
            {"found", detection.is_found},
            {"schedules", detection.schedules},
            {"elapsed_us", seed.elapsed / std::chrono::microseconds(1)}};
  if (!detection.is_found) return json;
  Json laws = Json::array();
  for (const LawId id : detection.laws)
    laws.push_back(law(id).label);
  json["laws"] = laws;
  json["scenario"] = detection.scenario;
  json["execution"] = detection.failure.execution;
  json["token"] = seed.token;
  if (seed.shrunk) {
    json["shrunk"] = {{"clients", seed.shrunk->clients},
                      {"operations", seed.shrunk->operations},
                      {"preemptions", seed.shrunk->preemptions},
                      {"token", seed.shrunk_token}};
    if (!seed.why_not_smaller.empty()) json["shrunk"]["why_not_smaller"] = seed.why_not_smaller;
  }
  return json;
}

}  // namespace

bool has_failure(const DetectionReport& report) noexcept {
  return std::ranges::any_of(report.strategies, [](const StrategyReport& strategy) {
    return std::ranges::any_of(strategy.seeds,
                               [](const SeedReport& seed) { return seed.detection.is_found; });
  });
}

std::string seed_line(const SeedReport& seed) {
  const Detection& detection = seed.detection;
  if (!detection.is_found) {
    return fmt::format("  seed {:<4} nothing in {}\n", detection.seed,
                       number_of(detection.schedules, "schedule"));
  }
  std::string labels;
  for (const LawId id : detection.laws)
    labels += fmt::format("{}{}", labels.empty() ? "" : " ", law(id).label);
  return fmt::format("  seed {:<4} {} after {}, in {} execution {}\n", detection.seed, labels,
                     number_of(detection.schedules, "schedule"), detection.scenario,
                     detection.failure.execution);
}

std::string detection_json(const DetectionReport& report) {
  Json strategies = Json::array();
  for (const StrategyReport& strategy : report.strategies) {
    Json seeds = Json::array();
    for (const SeedReport& seed : strategy.seeds)
      seeds.push_back(to_json(seed));
    strategies.push_back({{"strategy", strategy.strategy}, {"seeds", seeds}});
  }
  const Json json{{"subject", report.subject},
                  {"about", report.about},
                  {"scenarios", report.scenarios},
                  {"schedules_max", report.schedules_max},
                  {"strategies", strategies}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace poolproof::sim
