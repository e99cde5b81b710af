#include <poolproof/mutants/detection_sum.h>

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace poolproof::mutants {
namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

template <class T>
T middle(std::vector<T> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void add_once(std::vector<std::string>& list, const std::string& word) {
  if (std::ranges::find(list, word) == list.end()) list.push_back(word);
}

/// L2 before L10.
void sort_labels(std::vector<std::string>& labels) {
  std::ranges::sort(labels, {},
                    [](const std::string& label) { return std::pair(label.size(), label); });
}

std::optional<std::uint64_t> unless_never(std::uint64_t schedules) {
  return schedules == never ? std::nullopt : std::optional(schedules);
}

DetectionSum sum_of(const nlohmann::json& strategy) {
  DetectionSum sum;
  sum.strategy = strategy.at("strategy").get<std::string>();
  std::vector<std::uint64_t> to_failure;
  std::vector<Duration> times;
  for (const nlohmann::json& seed : strategy.at("seeds")) {
    ++sum.seeds;
    const auto schedules = seed.at("schedules").get<std::uint64_t>();
    const bool is_found = seed.at("found").get<bool>();
    sum.schedules += schedules;
    to_failure.push_back(is_found ? schedules : never);
    times.push_back(std::chrono::microseconds(seed.at("elapsed_us").get<std::int64_t>()));
    if (!is_found) continue;
    ++sum.found;
    for (const nlohmann::json& law : seed.at("laws"))
      add_once(sum.laws, law.get<std::string>());
    add_once(sum.scenarios, seed.at("scenario").get<std::string>());
    if (sum.shrunk || !seed.contains("shrunk")) continue;
    const nlohmann::json& shrunk = seed.at("shrunk");
    sum.shrunk = TraceSize{.clients = shrunk.at("clients").get<std::uint64_t>(),
                           .operations = shrunk.at("operations").get<std::uint64_t>(),
                           .preemptions = shrunk.at("preemptions").get<std::uint64_t>(),
                           .why_not_smaller = shrunk.value("why_not_smaller", "")};
  }
  if (to_failure.empty()) return sum;
  sort_labels(sum.laws);
  sum.median = unless_never(middle(to_failure));
  sum.worst = unless_never(std::ranges::max(to_failure));
  sum.time = middle(times);
  return sum;
}

}  // namespace

std::expected<DetectionSum, std::string> sum_up(std::string_view json) {
  try {
    const nlohmann::json strategies = nlohmann::json::parse(json).at("strategies");
    if (strategies.size() == 1) return sum_of(strategies.front());
    return std::unexpected(fmt::format("expected one strategy, not {}", strategies.size()));
  } catch (const nlohmann::json::exception& error) {
    return std::unexpected(std::string("not what poolproof detect prints: ") + error.what());
  }
}

}  // namespace poolproof::mutants
