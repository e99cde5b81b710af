#pragma once
// Whether a shrunk failure has come down to what a person can follow, and if not, why not.

#include <cstdint>
#include <string>

#include <poolproof/sim/explore/shrink.h>

namespace poolproof::sim {

/// What a shrunk failure should come down to.
constexpr ShrunkSize small_enough{.clients = 3, .operations = 8, .preemptions = 3};

bool is_small_enough(const ShrunkSize& size) noexcept;

/// Nothing when `shrunk` is small enough. One that has too many preemptions is looked into once
/// more: every schedule of its scenario with at most three is run, up to `executions_max` (firing
/// a timer does not count, so these are more than enough). If one breaks the same law and is small
/// enough, it takes the place of `shrunk`, else the answer says why it stays: "needs 4
/// preemptions: ..." is certain for its scenario, "no smaller one ..." is not. Blocks. One thread.
std::string why_not_smaller(const SubjectEntry& subject, Shrunk& shrunk,
                            std::uint64_t executions_max = 200'000);

}  // namespace poolproof::sim
