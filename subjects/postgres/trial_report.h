#pragma once
// A trial in words, for people.

#include <string>

#include <poolproof/subjects/postgres/trial.h>

namespace poolproof::subjects {

/// What was done, how long the pool took to recover, what the laws say, and what is wrong.
std::string report(const TrialPlan& plan, const TrialResult& result, Duration took);

/// "round 3: 30 of 1000 kills, 12345 committed, 0 findings"
std::string progress_line(const TrialPlan& plan, const TrialResult& result);

}  // namespace poolproof::subjects
