#pragma once
// Names on the command line, and what they stand for.

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/scenario/scenario.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// The first when `name` is empty. Errors: one sentence that names those there are.
std::expected<const SubjectEntry*, std::string> choose_subject(
    std::span<const SubjectEntry> subjects, std::string_view name);

/// A scenario, and how a command line asks for it.
struct ChosenScenario {
  Scenario scenario;
  std::string asked_for;
  bool is_drawn = false;  ///< stands for all that are drawn; `scenario` has only their name
};

/// The word that stands for all drawn scenarios.
constexpr std::string_view drawn_word = "drawn";
ChosenScenario all_drawn();

/// When there are no words, of the library: those with transactions for a subject that has them,
/// the others for all others. Each word is a name of the library or a file, or
/// either with "~" and a number behind it: that variant in the swarm of `seed` (swarm.h); or
/// "drawn", or "drawn-7": those drawn from `seed`, or one of them (draw.h).
/// Errors: one sentence.
std::expected<std::vector<ChosenScenario>, std::string> choose_scenarios(
    std::span<const std::string> words, std::uint64_t seed, const Capabilities& capabilities);

/// What is simple comes first, since the first failure is the one that is read; then failing
/// allocations, and what a pool of these capabilities cannot be put through.
void put_simple_first(std::vector<ChosenScenario>& chosen, const Capabilities& capabilities);

/// Each with the others of its swarm behind it.
std::vector<ChosenScenario> swarms_of(const std::vector<ChosenScenario>& chosen,
                                      std::uint64_t seed);

}  // namespace poolproof::sim
