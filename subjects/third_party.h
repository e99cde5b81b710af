#pragma once
// The pools of others: those whose libraries were there when this was built.

#include <vector>

#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::subjects {

/// Appends an entry for each. To be called before any engine runs, for some of their libraries are
/// initialised here.
void add_third_party(std::vector<sim::SubjectEntry>& subjects);

}  // namespace poolproof::subjects
