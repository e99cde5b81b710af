#pragma once
// One client, no faults, nobody else: what any adapter must get right before its pool is judged.

#include <string>

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// The adapter's first mistake, in one sentence; empty when there is none, or when the subject
/// cannot be simulated. What is the pool's own fault is left to the laws.
std::string handshake(const SubjectEntry& subject);

}  // namespace poolproof::sim
