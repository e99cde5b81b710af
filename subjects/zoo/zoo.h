#pragma once
// The zoo: small whole pools in the styles that are found in the wild, some right, some subtly
// wrong. docs/zoo.md says where each style comes from and what the wrong ones teach.

#include <vector>

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// In the order of docs/zoo.md.
std::vector<sim::SubjectEntry> zoo_subjects();

}  // namespace poolproof::subjects
