#include <poolproof/mutants/detection_table.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace poolproof::mutants {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "-" : text;
}

std::string number_or_never(const std::optional<std::uint64_t>& number) {
  return number ? fmt::format("{}", *number) : "never";
}

std::string time_words(Duration time) {
  return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(time).count());
}

std::string size_words(const std::optional<TraceSize>& size) {
  if (!size) return "-";
  return fmt::format("{}, {}, {}", size->clients, size->operations, size->preemptions);
}

std::size_t strategies_that_find(const MutantRow& row) {
  return static_cast<std::size_t>(
      std::ranges::count_if(row.sums, [](const DetectionSum& sum) { return sum.is_found(); }));
}

bool is_caught_by(const MutantRow& row, const std::string& law) {
  return std::ranges::any_of(row.sums, [&](const DetectionSum& sum) {
    return std::ranges::find(sum.laws, law) != sum.laws.end();
  });
}

const DetectionSum* sum_of(const MutantRow& row, const std::string& strategy) {
  const auto found = std::ranges::find(row.sums, strategy, &DetectionSum::strategy);
  return found == row.sums.end() ? nullptr : &*found;
}

bool is_within_aim(const DetectionTable& table, const MutantRow& row) {
  const DetectionSum* sum = sum_of(row, table.default_strategy);
  return sum != nullptr && sum->median && *sum->median <= median_aim;
}

std::size_t mutants_within_aim(const DetectionTable& table) {
  return static_cast<std::size_t>(std::ranges::count_if(
      table.mutants, [&](const MutantRow& row) { return is_within_aim(table, row); }));
}

void judge_mutant(const DetectionTable& table, const MutantRow& row,
                  std::vector<std::string>& wanting) {
  const std::size_t finders = strategies_that_find(row);
  const std::size_t wanted = std::min<std::size_t>(row.sums.size(), 2);
  if (finders < wanted) {
    wanting.push_back(fmt::format("{}: found by {} of {} strategies, {} wanted", row.patch.stem,
                                  finders, row.sums.size(), wanted));
  }
  const DetectionSum* sum = sum_of(row, table.default_strategy);
  if (sum != nullptr && !sum->median) {
    wanting.push_back(fmt::format("{}: not found within {} schedules by {}", row.patch.stem,
                                  table.schedules_max, table.default_strategy));
  }
  const auto catches = [&](const std::string& law) { return is_caught_by(row, law); };
  if (finders > 0 && std::ranges::none_of(row.patch.laws, catches)) {
    wanting.push_back(fmt::format("{}: breaks {}, but was caught by others only", row.patch.stem,
                                  joined(row.patch.laws)));
  }
}

Json to_json(const DetectionSum& sum) {
  Json json{{"strategy", sum.strategy},
            {"seeds", sum.seeds},
            {"found", sum.found},
            {"schedules", sum.schedules},
            {"laws", sum.laws},
            {"scenarios", sum.scenarios},
            {"median", sum.median ? Json(*sum.median) : Json()},
            {"worst", sum.worst ? Json(*sum.worst) : Json()},
            {"time_us", sum.time / std::chrono::microseconds(1)}};
  if (sum.shrunk) {
    json["shrunk"] = {{"clients", sum.shrunk->clients},
                      {"operations", sum.shrunk->operations},
                      {"preemptions", sum.shrunk->preemptions}};
    if (!sum.shrunk->why_not_smaller.empty())
      json["shrunk"]["why_not_smaller"] = sum.shrunk->why_not_smaller;
  }
  return json;
}

Json to_json(const std::vector<DetectionSum>& sums) {
  Json list = Json::array();
  for (const DetectionSum& sum : sums)
    list.push_back(to_json(sum));
  return list;
}

Json to_json(const MutantRow& row) {
  return {{"mutant", row.patch.stem},
          {"source", row.patch.source},
          {"laws", row.patch.laws},
          {"what", row.patch.what},
          {"found", to_json(row.sums)}};
}

}  // namespace

std::string table_head() {
  return fmt::format("{:<38}{:<12}{:<20}{:>6}{:>8}{:>8}{:>11}  {}\n", "mutant", "strategy",
                     "caught by", "seeds", "median", "worst", "time", "shrunk");
}

std::string row_text(const MutantRow& row) {
  std::string text;
  const std::string name = row.patch.stem.empty() ? "the unpatched pool" : row.patch.stem;
  for (const DetectionSum& sum : row.sums) {
    text += fmt::format("{:<38}{:<12}{:<20}{:>6}{:>8}{:>8}{:>11}  {}\n", text.empty() ? name : "",
                        sum.strategy, joined(sum.laws), fmt::format("{}/{}", sum.found, sum.seeds),
                        number_or_never(sum.median), number_or_never(sum.worst),
                        time_words(sum.time), size_words(sum.shrunk));
    if (sum.shrunk && !sum.shrunk->why_not_smaller.empty())
      text += fmt::format("{:<38}  not smaller: {}\n", "", sum.shrunk->why_not_smaller);
  }
  return text;
}

std::string summary_text(const DetectionTable& table) {
  std::uint64_t schedules = 0;
  for (const DetectionSum& sum : table.unpatched.sums)
    schedules += sum.schedules;
  return fmt::format(
      "{} of {} mutants have a median of at most {} schedules with {}, over {} seeds\n"
      "the unpatched pool went through {} schedules\n",
      mutants_within_aim(table), table.mutants.size(), median_aim, table.default_strategy,
      table.seeds, schedules);
}

std::vector<std::string> shortcomings(const DetectionTable& table) {
  std::vector<std::string> wanting;
  for (const MutantRow& row : table.mutants)
    judge_mutant(table, row, wanting);
  const std::size_t within = mutants_within_aim(table);
  const bool has_default = std::ranges::any_of(table.mutants, [&](const MutantRow& row) {
    return sum_of(row, table.default_strategy) != nullptr;
  });
  if (has_default && within * 10 < table.mutants.size() * 9) {
    wanting.push_back(fmt::format("only {} of {} mutants have a median of at most {} schedules",
                                  within, table.mutants.size(), median_aim));
  }
  for (const DetectionSum& sum : table.unpatched.sums) {
    if (sum.found == 0) continue;
    wanting.push_back(
        fmt::format("the unpatched pool was said to break {} by {}, in {} of {} seeds",
                    joined(sum.laws), sum.strategy, sum.found, sum.seeds));
  }
  return wanting;
}

std::string table_json(const DetectionTable& table) {
  Json mutants = Json::array();
  for (const MutantRow& row : table.mutants)
    mutants.push_back(to_json(row));
  const Json json{{"seeds", table.seeds},
                  {"schedules_max", table.schedules_max},
                  {"default_strategy", table.default_strategy},
                  {"mutants", mutants},
                  {"unpatched", to_json(table.unpatched.sums)},
                  {"shortcomings", shortcomings(table)}};
  return json.dump(2) + "\n";
}

}  // namespace poolproof::mutants
