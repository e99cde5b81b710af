#pragma once
// What a check found out, before it is put into words.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/explore/coverage_meter.h>
#include <poolproof/sim/explore/shrink.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/judge/premises.h>
#include <poolproof/sim/scenario/recorder.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// What a failure was shrunk from.
struct ShrinkReport {
  ShrunkSize before, after;
  std::uint64_t executions = 0;  ///< spent
  std::string token;             ///< of the failure as it was found
  std::string command;           ///< that finds it again
  std::vector<Violation> violations;
};

/// One execution that broke a law, and all that is needed to show it. When it was shrunk, all but
/// `execution` is about the shrunk one.
struct FailureReport {
  std::uint64_t execution = 0;  ///< in which it was found
  Scenario scenario;
  std::string token;
  std::string explanation;  ///< the engine's, when the execution did not complete
  std::vector<Violation> violations;
  History history;
  std::vector<ClientName> clients;  ///< by task
  std::optional<ShrinkReport> shrunk;
};

/// What was broken as it was found: shrinking keeps one law only.
const std::vector<Violation>& violations_found(const FailureReport& failure) noexcept;

/// What an exhaustive search says of itself.
struct ExhaustiveReport {
  bool is_complete =
      false;  ///< all schedules, up to the order of independent steps if it `reduces`
  bool is_bound_done = false;  ///< all up to `preemptions`
  bool reduces = true;
  bool is_unsteady = false;  ///< the same choices led elsewhere a second time
  std::uint64_t redundant = 0;
  double share_done = 0;                     ///< estimated
  double unreduced_estimate = 0;             ///< schedules without reduction; 0: not known
  std::optional<std::uint32_t> preemptions;  ///< the bound that was reached
  std::string state_file;                    ///< where to go on from
  std::string trouble;                       ///< why there is no such file
};

struct ScenarioReport {
  enum class Status : std::uint8_t {
    not_begun,
    not_applicable,  ///< it needs `missing`
    held,
    broken,
    ended_early,
  };
  Scenario scenario;
  bool is_drawn = false;  ///< not one scenario but those that are drawn (sim/scenario/draw.h)
  std::string asked_for;  ///< how the command line named it
  std::vector<std::string> left_out;  ///< capabilities whose steps it is run without
  std::string missing;                ///< the capability that it needs and the subject declines
  Status status = Status::not_begun;
  std::uint64_t planned = 0;  ///< schedules; 0: as many as there is time for
  std::uint64_t schedules = 0;
  std::uint64_t interleavings = 0;
  std::uint64_t next = 0;           ///< the execution to go on from
  LawCounts unknown;                ///< in how many schedules nothing is known of a law
  std::optional<PremiseSet> tried;  ///< what they put to the test; nothing: not known
  Duration elapsed{};
  std::optional<FailureReport> failure;
  std::optional<ExhaustiveReport> exhaustive;
  std::optional<ScenarioCoverage> coverage;  ///< when it was asked for
};

/// Of one with `exhaustive`: that it is complete, or how far it has come.
std::string exhaustive_words(const ScenarioReport& scenario);

struct CheckReport {
  std::string subject;
  Capabilities capabilities;
  std::string strategy;
  std::uint64_t seed = 0;
  bool virtual_time = true;
  std::vector<ScenarioReport> scenarios;
};

std::string_view to_string(ScenarioReport::Status status) noexcept;

bool has_failure(const CheckReport& report) noexcept;
/// "held", "broken" or "ended early".
std::string_view verdict_word(const CheckReport& report) noexcept;
std::uint64_t schedules_in(const CheckReport& report) noexcept;

/// What became of a law. Never `held` when it could not be judged.
struct LawVerdict {
  /// unknown: not broken, but there were executions in which judging it was given up.
  enum class Status : std::uint8_t { held, broken, unknown, not_applicable, not_tried };
  const Law* law = nullptr;
  Status status = Status::held;
  /// not_applicable: the reason; broken: the scenarios, joined by ", "; unknown: how often;
  /// not_tried and held: what never happened and would have put the law, or a clause of it, to the
  /// test.
  std::string why;
};

std::string_view to_string(LawVerdict::Status status) noexcept;

/// One for each law, in order of number.
std::vector<LawVerdict> law_verdicts(const CheckReport& report);
/// The same for a single history; `why` of what is broken is empty.
std::vector<LawVerdict> law_verdicts(const History& history,
                                     const std::vector<Violation>& violations, LawSet unknown);

}  // namespace poolproof::sim
