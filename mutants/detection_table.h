#pragma once
// The table of all mutants, and what is wanted of it.

#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/mutants/detection_sum.h>
#include <poolproof/mutants/patch_file.h>

namespace poolproof::mutants {

/// One pool, under each strategy. `patch.stem` is empty for the unpatched one.
struct MutantRow {
  PatchFile patch;
  std::vector<DetectionSum> sums;
};

struct DetectionTable {
  std::uint64_t seeds = 0;
  std::uint64_t schedules_max = 0;  ///< for each seed
  std::string default_strategy;
  std::vector<MutantRow> mutants;
  MutantRow unpatched;
};

/// The mark that the default strategy's median should not exceed, for nine of ten mutants.
constexpr std::uint64_t median_aim = 1000;

std::string table_head();
/// One line for each strategy.
std::string row_text(const MutantRow& row);
/// What the table comes to: a few lines.
std::string summary_text(const DetectionTable& table);
/// One sentence for each thing wanted that is not so: a mutant that fewer than two strategies find
/// (or all, where there are fewer than two) or that is not caught by a law it names, too many
/// medians above the aim, a violation of the unpatched pool.
std::vector<std::string> shortcomings(const DetectionTable& table);
std::string table_json(const DetectionTable& table);

}  // namespace poolproof::mutants
