#include <poolproof/sim/cli/choice.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/scenario/draw.h>
#include <poolproof/sim/scenario/driver.h>
#include <poolproof/sim/scenario/fitting.h>
#include <poolproof/sim/scenario/swarm.h>

namespace poolproof::sim {
namespace {

struct VariantWord {
  std::string of;
  std::uint32_t number = 0;
};

/// "hand-off~3" taken apart, if it is such a word.
std::optional<VariantWord> variant_word(const std::string& word) {
  const auto at = word.rfind('~');
  if (at == std::string::npos || at == 0) return std::nullopt;
  VariantWord variant{.of = word.substr(0, at)};
  const char* end = word.data() + word.size();
  const auto [stopped_at, error] = std::from_chars(word.data() + at + 1, end, variant.number);
  if (error != std::errc() || stopped_at != end) return std::nullopt;
  return variant;
}

/// "drawn-17" read, if it is such a word.
std::optional<std::uint64_t> drawn_number(std::string_view word) {
  const std::string beginning = std::string(drawn_word) + "-";
  if (!word.starts_with(beginning)) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = word.data() + word.size();
  const auto [stopped_at, error] = std::from_chars(word.data() + beginning.size(), end, number);
  if (error != std::errc() || stopped_at != end) return std::nullopt;
  return number;
}

struct Chance {
  std::uint64_t seed = 0;
  bool has_transactions = false;  ///< in drawn scenarios
};

std::expected<ChosenScenario, std::string> choose_scenario(const std::string& word,
                                                           Chance chance) {
  const auto& library = scenario_library();
  const auto known = std::ranges::find(library, word, &Scenario::name);
  if (known != library.end()) return ChosenScenario{*known, word};
  if (word == drawn_word) return all_drawn();
  if (const auto number = drawn_number(word))
    return ChosenScenario{drawn_scenario(chance.seed, *number, chance.has_transactions), word};
  std::error_code ignored;
  if (!std::filesystem::exists(word, ignored)) {
    if (const auto variant = variant_word(word)) {
      const auto whole = choose_scenario(variant->of, chance);
      if (!whole || whole->is_drawn) return whole;
      return ChosenScenario{swarm_variant(whole->scenario, chance.seed, variant->number), word};
    }
    return std::unexpected(
        fmt::format("scenario {}: neither a scenario of the library nor a file; "
                    "{} list names those of the library",
                    mocks::quotation(word), program_name()));
  }
  const auto text = read_text_file(word, Scenario::file_bytes_max);
  if (!text) return std::unexpected(text.error());
  if (text->starts_with(token_begin)) {
    auto token = parse_token(std::string_view(*text).substr(0, text->find_first_of("\r\n")));
    if (!token) return std::unexpected(fmt::format("{}: {}", word, token.error()));
    return ChosenScenario{std::move(token->scenario), word};
  }
  auto scenario = Scenario::parse(*text, word);
  if (!scenario) return std::unexpected(scenario.error());
  return ChosenScenario{*std::move(scenario), word};
}

std::tuple<bool, bool, bool, std::size_t> burden(const ChosenScenario& one) {
  const Scenario& scenario = one.scenario;
  std::size_t operations = 0;
  for (const ClientScript& script : scenario.clients)
    operations += std::size_t{script.count} * script.repeat * script.steps.size();
  const mocks::FaultPlan& plan = scenario.faults;
  const bool goes_wrong = !plan.faults.empty() || !plan.restarts.empty() ||
                          !plan.demotions.empty() || !plan.deaths.empty() ||
                          scenario.spurious_wakeups != 0;
  return {plan.failing_allocation != 0, one.is_drawn, goes_wrong, operations};
}

}  // namespace

ChosenScenario all_drawn() {
  Scenario named;
  named.name = drawn_word;
  return {std::move(named), std::string(drawn_word), true};
}

std::expected<const SubjectEntry*, std::string> choose_subject(
    std::span<const SubjectEntry> subjects, std::string_view name) {
  ensure(!subjects.empty());
  if (name.empty()) return &subjects.front();
  const auto found = std::ranges::find(subjects, name, &SubjectEntry::name);
  if (found != subjects.end()) return &*found;
  std::string names;
  for (const SubjectEntry& subject : subjects) {
    if (!names.empty()) names += ", ";
    names += subject.name;
  }
  return std::unexpected(fmt::format("subject {}: there is none of that name, only {}",
                                     mocks::quotation(name), names));
}

std::expected<std::vector<ChosenScenario>, std::string> choose_scenarios(
    std::span<const std::string> words, std::uint64_t seed, const Capabilities& capabilities) {
  std::vector<ChosenScenario> chosen;
  if (words.empty()) {
    for (const Scenario& scenario : scenario_library()) {
      if (has_step(scenario, Step::Kind::transact) == capabilities.transactions)
        chosen.push_back({scenario, scenario.name});
    }
    return chosen;
  }
  for (const std::string& word : words) {
    auto scenario = choose_scenario(word, {seed, capabilities.transactions});
    if (!scenario) return std::unexpected(scenario.error());
    chosen.push_back(*std::move(scenario));
  }
  return chosen;
}

void put_simple_first(std::vector<ChosenScenario>& chosen, const Capabilities& capabilities) {
  std::ranges::stable_sort(chosen, {}, [&](const ChosenScenario& one) {
    const bool is_beyond_it = !fit(one.scenario, capabilities).missing.empty();
    return std::pair(is_beyond_it, burden(one));
  });
}

std::vector<ChosenScenario> swarms_of(const std::vector<ChosenScenario>& chosen,
                                      std::uint64_t seed) {
  std::vector<ChosenScenario> all;
  for (const ChosenScenario& one : chosen) {
    if (one.is_drawn) {
      all.push_back(one);
      continue;
    }
    for (const std::uint32_t number : swarm_numbers(one.scenario, seed)) {
      const std::string ending = number == 0 ? "" : fmt::format("~{}", number);
      all.push_back({swarm_variant(one.scenario, seed, number), one.asked_for + ending});
    }
  }
  return all;
}

}  // namespace poolproof::sim
