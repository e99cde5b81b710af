#pragma once
// One worker of a search: the executions that it claims, and what it has to tell of them at its
// end. Workers are threads (search.cpp); of code as it is, processes (process_search.cpp).

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include <poolproof/sim/explore/interleavings.h>
#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// What the workers of one search see of each other. Without a lock: it may lie in memory that
/// processes share, and a process can die at any place.
class SearchBoard {
 public:
  /// No search has more workers.
  static constexpr std::size_t workers_max = 256;

  explicit SearchBoard(const SearchPlan& plan);

  /// The first execution of a block that is nobody else's; the plan's end when there is none left.
  std::uint64_t claim(std::size_t worker) noexcept;
  /// The worker begins this execution, and has done all of its own before.
  void note(std::size_t worker, std::uint64_t execution) noexcept {
    places_[worker].at.store(execution, std::memory_order_relaxed);
  }
  /// Where the worker was last.
  [[nodiscard]] std::uint64_t place(std::size_t worker) const noexcept {
    return places_[worker].at.load(std::memory_order_relaxed);
  }
  /// All executions before this one are done, and count.
  [[nodiscard]] std::uint64_t all_done_before() const noexcept;

  /// `execution` went wrong: none after it is wanted any more.
  void fail(std::uint64_t execution) noexcept;
  /// The first that went wrong; the plan's end when none did.
  [[nodiscard]] std::uint64_t first_failure() const noexcept {
    return first_failure_.load(std::memory_order_relaxed);
  }
  /// Where nobody has begun.
  [[nodiscard]] std::uint64_t claimed() const noexcept;

  static constexpr std::uint64_t block = 64;  ///< executions claimed at a time

 private:
  struct alignas(64) Place {
    std::atomic<std::uint64_t> at;
  };

  const std::uint64_t end_;
  const std::size_t workers_;
  std::atomic<std::uint64_t> claimed_;
  std::atomic<std::uint64_t> first_failure_;
  std::array<Place, workers_max> places_;
};

/// How many workers `plan` is worth.
std::size_t workers_for(const SearchPlan& plan) noexcept;

/// Something that an execution showed.
template <class What>
struct Seen {
  std::uint64_t execution = 0;
  What what{};
};

/// What a worker has to tell at its end.
struct WorkerRecord {
  std::uint64_t reached = 0;  ///< all executions before it that the worker claimed are done
  std::uint64_t stacks_abandoned = 0;
  std::vector<Seen<LawSet>> unknown;
  std::vector<Seen<PremiseSet>> tried;
  std::vector<Seen<std::uint64_t>> late;  ///< hashes of schedules that may turn out not to count
  Interleavings interleavings;            ///< of all that came before these
  std::optional<Failure> failure;
};

/// Where a worker belongs.
struct WorkerPost {
  const SearchPlan& plan;
  SearchBoard& board;
  std::size_t number;
  Instant began;                           ///< the search
  std::atomic<std::uint64_t>& executions;  ///< of all workers
  const std::atomic<bool>& is_stopped;
  CoverageSum* coverage = nullptr;
};

/// Runs blocks until there are none, one has failed, or no more are wanted. Blocks.
WorkerRecord run_worker(const WorkerPost& post);

/// The result but for coverage: the same for any number of workers.
SearchResult merged(const SearchPlan& plan, const SearchBoard& board,
                    std::vector<WorkerRecord> records);

/// Runs execution `number` of the plan alone; nothing when it went well.
std::optional<Failure> run_again(const SearchPlan& plan, std::uint64_t number);

}  // namespace poolproof::sim
