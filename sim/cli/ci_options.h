#pragma once
// What `check` can do for a service that builds and tests: reports in its formats, failures kept
// from one run to the next, and a part of the work for each of several machines.

#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace CLI {
class App;
}

namespace poolproof::sim {

/// One of `of` parts, counted from 1.
struct Shard {
  std::uint32_t number = 1;
  std::uint32_t of = 1;
  friend bool operator==(const Shard&, const Shard&) = default;
};

struct CiOptions {
  std::string junit_file, sarif_file;  ///< empty: none
  std::string regressions_folder;      ///< empty: none
  Shard shard;
  bool for_github = false;  ///< annotations among the results
};

/// Errors: one sentence, without the option's name. "3/8" is part 3 of 8.
std::expected<Shard, std::string> parse_shard(std::string_view text);

void add_ci_options(CLI::App& app, CiOptions& options);

}  // namespace poolproof::sim
