#pragma once
// A law as a property: whatever the scenario, whatever the schedule, the pool keeps it. What
// breaks it is made small and printed with the line that replays it.

#include <cstdint>
#include <string>

#include <poolproof/property_tests/generators.h>
#include <poolproof/sim/explore/search.h>
#include <poolproof/sim/judge/law.h>

namespace poolproof::property_tests {

/// The pool that the properties are about: the reference pool, or a mutant of it.
const sim::SubjectEntry& pool_under_test();

/// Schedules that each trial runs.
constexpr std::uint32_t schedules_per_trial = 8;

/// Fails the current case unless `subject` keeps `law` in all schedules of the trial.
void keep(sim::LawId law, const Trial& trial,
          const sim::SubjectEntry& subject = pool_under_test());

/// Draws a trial and has the pool under test keep `law` in it. Cases are not shrunk by RapidCheck,
/// which knows nothing of schedules, but by sim/explore/shrink.h.
void keep_for_all(sim::LawId law, const Theme& theme = {});

/// The failure made small: the law, what broke it, the scenario as TOML, the line that replays it.
std::string explain(const sim::SubjectEntry& subject, const sim::Scenario& scenario,
                    const sim::Failure& failure);

/// Adds the calls of the pool in `history` to those that have been judged.
void count_judged(const sim::History& history);
/// Calls of the pool that have been judged since the program began.
std::uint64_t operations_judged();

}  // namespace poolproof::property_tests
