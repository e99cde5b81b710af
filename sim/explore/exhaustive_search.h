#pragma once
// All executions of one scenario, up to the order of independent steps, on as many cores as asked
// for; or as many as there is time for, and where to go on.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/explore/exploration.h>
#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// A part of the executions: those that begin as the first `fixed` choices of `path` do, from
/// `path` on.
struct Branch {
  Path path;
  std::size_t fixed = 0;
  friend bool operator==(const Branch&, const Branch&) = default;
};

/// How far a search has come: what it has counted, and what is left.
struct ExhaustiveState {
  std::uint64_t executions = 0;
  std::uint64_t redundant = 0;  ///< of these: equivalent to others, noticed on the way
  bool is_cut = false;          ///< a bound on preemptions has kept executions out
  double weight_left = 1;       ///< of the whole, as estimated
  std::uint32_t bound = 0;      ///< on preemptions, under way; 0 without
  std::vector<Branch> left;     ///< in the order in which they are explored
  friend bool operator==(const ExhaustiveState&, const ExhaustiveState&) = default;
};

struct ExhaustivePlan {
  const SubjectEntry& subject;
  const Scenario& scenario;
  ExplorationLimits limits;
  unsigned jobs = 1;
  std::uint64_t count_max = ~std::uint64_t{0};  ///< executions
  Duration time_limit = Duration::max();        ///< of real time
  /// Where an earlier search of the same scenario ended, or nothing: at the beginning.
  std::optional<ExhaustiveState> from;
  CoverageSum* coverage = nullptr;  ///< adds to it, unless it is nullptr; executions as they come
  /// Makes what each worker keeps on its thread while it works; may be empty.
  std::function<std::shared_ptr<void>()> worker_keeps = {};
};

struct ExhaustiveResult {
  ExhaustiveState state;  ///< nothing is left of it when the search is complete
  std::uint64_t steps = 0;
  std::uint64_t stacks_abandoned = 0;
  bool is_complete = false;
  /// The program did not do the same again after the same choices, or `from` is of another one.
  bool is_unsteady = false;
  std::optional<Failure> failure;  ///< the same with any number of jobs
};

/// Blocks until all is explored, a law is broken, or it is stopped, out of time or out of
/// executions. Uses `jobs` threads of its own. `progress` counts in this search only.
ExhaustiveResult search_exhaustively(const ExhaustivePlan& plan, SearchProgress& progress);

/// Numbers, a line for each branch. `fingerprint` is of what the state belongs to.
std::string print(const ExhaustiveState& state, std::uint32_t fingerprint);
/// Errors: one sentence. What is no state of a search is refused, whatever the bytes; a state of
/// another program is noticed when it is gone on from (ExhaustiveResult::is_unsteady).
std::expected<ExhaustiveState, std::string> parse_exhaustive_state(std::string_view text,
                                                                   std::uint32_t fingerprint);

/// The work cut into at least `count_min` branches, if it has as many: the first choices, all of
/// them. The same each time.
std::vector<Branch> split(const SubjectEntry& subject, const Scenario& scenario,
                          const ExplorationLimits& limits, std::size_t count_min);

}  // namespace poolproof::sim
