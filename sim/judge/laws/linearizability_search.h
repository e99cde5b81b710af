#pragma once
// Looks for an order of a history's operations that the pool's model allows: each takes effect
// once, between its call and its return. After J. M. Wing and C. Gong, "Testing and verifying
// concurrent objects" (1993), with G. Lowe's memory of what was tried and his delay of effects to
// the next return ("Testing for linearizability", 2017).

#include <cstdint>
#include <vector>

#include <poolproof/sim/judge/history_index.h>
#include <poolproof/sim/judge/pool_model.h>

namespace poolproof::sim {

/// Operations under way at once that the search can follow: one bit each.
constexpr std::size_t followed_max = 64;

/// Configurations that are tried for one history before the answer is "unknown".
constexpr std::size_t configurations_max = 1U << 16U;

struct Linearization {
  enum class Verdict : std::uint8_t { legal, illegal, unknown };
  Verdict verdict = Verdict::legal;
  std::uint32_t stuck = absent;  ///< illegal: the operation that has no place in any order
};

/// Whether the queue's order counts: the pool promises it, and it is known who slept.
bool is_order_judged(const History& history) noexcept;

/// Whether `sleeper` was in the queue before `other` was called and took after all.
bool goes_first(const OperationRecord& sleeper, const OperationRecord& other) noexcept;

/// The first instant at which `other` may take although `sleeper`, which timed out, was in the
/// queue before it; the beginning of time when it need not wait.
Instant earliest_after(const History& history, const OperationRecord& sleeper,
                       const OperationRecord& other) noexcept;

/// Tries one order: each effect as late as its return allows, a look at the model as soon as it
/// fits. `true` is certain, `false` says nothing. Allocates nothing, one pass.
bool has_obvious_order(const History& history, const HistoryIndex& index);

/// Tries every order, with a bound on the work.
Linearization find_order(const History& history, const HistoryIndex& index,
                         std::size_t tries_max = configurations_max);

}  // namespace poolproof::sim
