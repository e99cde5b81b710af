#pragma once
// The reference pool and the PostgreSQL driver against a real server that is shot at.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/subjects/postgres/bank.h>
#include <poolproof/subjects/postgres/teller.h>
#include <poolproof/subjects/postgres/torment.h>

namespace poolproof::subjects {

/// The levels at which money is transferred.
inline constexpr std::array trial_levels{Isolation::read_committed, Isolation::repeatable_read,
                                         Isolation::serializable};

struct TrialPlan {
  std::uint32_t kills = 20;  ///< torments of which sessions die; freezes come on top
  std::uint16_t threads = 32;
  std::size_t pool = 8;
  std::uint64_t seed = 1;
  std::optional<Isolation> isolation{};  ///< none: one after the other, a round each
  /// A round has a pool and a history of its own, so that histories stay short enough to be
  /// judged. Rounds are shorter where there would be fewer of them than levels.
  std::uint32_t kills_of_a_round = 10;
  /// Whether there is a standby, which takes the primary's place at each kill.
  bool has_standby = false;
};

struct TrialResult {
  std::uint32_t rounds = 0;
  std::map<Torment, std::uint32_t> inflicted;
  /// From the kill to the first commit over a session opened after it.
  std::map<Torment, std::vector<Duration>> recoveries;
  TellerBook book;  ///< its lists are emptied after each round
  std::uint64_t committed = 0;
  std::int64_t in_the_book = 0;  ///< what is to be there: what each round had there at its end
  std::uint64_t ambiguous = 0;
  std::uint64_t ambiguous_in_effect = 0;
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_closed = 0;
  std::uint64_t cancels = 0;  ///< acquires that were told to give up while they were under way
  std::uint32_t forks = 0;
  std::uint64_t events_judged = 0;
  sim::LawCounts unknown;                ///< histories of which nothing is known
  std::vector<std::string> findings;     ///< sentences; empty: all promises were kept
  std::optional<sim::History> offender;  ///< the first history that broke a law
};

/// Is told what the trial is at, for people who wait.
class TrialListener {
 public:
  virtual ~TrialListener() = default;
  virtual void round_ended(const TrialResult& so_far) = 0;
};

/// Starts a server, or two, and runs the plan. Blocks. Every wait has a bound; when no transfer is
/// committed for a minute, it prints where every thread is, and ends the program with exit code 1.
/// Throws std::runtime_error when there is no server.
TrialResult run_trial(const TrialPlan& plan, TrialListener& listener);

}  // namespace poolproof::subjects
