#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/report/words.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(std::span<const SubjectEntry> subjects) {
  Json list = Json::array();
  for (const SubjectEntry& subject : subjects) {
    Json declined = Json::array();
    for (const CapabilityWord& word : capability_words) {
      if (!(subject.capabilities.*word.promised)) declined.push_back(word.name);
    }
    list.push_back({{"name", subject.name},
                    {"about", subject.about},
                    {"order", to_string(subject.capabilities.order)},
                    {"declined", declined},
                    {"why", subject.capabilities.why},
                    {"simulated", static_cast<bool>(subject.simulated)},
                    {"real", static_cast<bool>(subject.real)}});
  }
  return list;
}

template <class Entries>
Json names_and_about(const Entries& entries) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"name", entry.name}, {"about", entry.about}});
  return list;
}

Json laws_json() {
  Json list = Json::array();
  for (const Law& law : laws()) {
    list.push_back({{"label", law.label}, {"name", law.name}, {"promise", law.promise}});
  }
  return list;
}

void print_subjects(std::span<const SubjectEntry> subjects, std::ostream& out) {
  out << "Subjects\n";
  for (const SubjectEntry& subject : subjects) {
    out << fmt::format("  {:28}  {}\n", subject.name, subject.about);
    const std::string declined = declined_words(subject.capabilities);
    if (!declined.empty()) out << wrapped("declines " + declined, 32, 100);
  }
}

template <class Entries>
void print_entries(std::string_view title, const Entries& entries, std::ostream& out) {
  out << "\n" << title << "\n";
  for (const auto& entry : entries)
    out << fmt::format("  {:28}  {}\n", entry.name, entry.about);
}

void print_laws(std::ostream& out) {
  out << "\nLaws\n";
  for (const Law& law : laws())
    out << fmt::format("  {:3}  {:30}  {}\n", law.label, law.name, law.promise);
}

}  // namespace

ExitCode run_list(std::span<const SubjectEntry> subjects, const ListOptions& options,
                  Console& console) {
  if (options.json) {
    const Json all{{"subjects", to_json(subjects)},
                   {"scenarios", names_and_about(scenario_library())},
                   {"strategies", names_and_about(strategies())},
                   {"laws", laws_json()}};
    console.out << all.dump(2) << "\n";
    return ExitCode::held;
  }
  print_subjects(subjects, console.out);
  print_entries("Scenarios", scenario_library(), console.out);
  print_entries("Strategies", strategies(), console.out);
  print_laws(console.out);
  return ExitCode::held;
}

}  // namespace poolproof::sim
