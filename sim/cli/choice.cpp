#include <poolproof/sim/cli/choice.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/text_file.h>

namespace poolproof::sim {
namespace {

std::expected<ChosenScenario, std::string> choose_scenario(const std::string& word) {
  const auto& library = scenario_library();
  const auto known = std::ranges::find(library, word, &Scenario::name);
  if (known != library.end()) return ChosenScenario{*known, word};
  std::error_code ignored;
  if (!std::filesystem::exists(word, ignored)) {
    return std::unexpected(
        fmt::format("scenario {}: neither a scenario of the library nor a file; "
                    "poolproof list names those of the library",
                    mocks::quotation(word)));
  }
  const auto text = read_text_file(word, Scenario::file_bytes_max);
  if (!text) return std::unexpected(text.error());
  auto scenario = Scenario::parse(*text, word);
  if (!scenario) return std::unexpected(scenario.error());
  return ChosenScenario{*std::move(scenario), word};
}

}  // namespace

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
    std::span<const std::string> words) {
  std::vector<ChosenScenario> chosen;
  if (words.empty()) {
    for (const Scenario& scenario : scenario_library())
      chosen.push_back({scenario, scenario.name});
    return chosen;
  }
  for (const std::string& word : words) {
    auto scenario = choose_scenario(word);
    if (!scenario) return std::unexpected(scenario.error());
    chosen.push_back(*std::move(scenario));
  }
  return chosen;
}

}  // namespace poolproof::sim
