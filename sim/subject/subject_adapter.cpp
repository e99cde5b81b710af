#include <poolproof/sim/subject/subject_adapter.h>

#include <string>

namespace poolproof::sim {

void check_refusal(AdapterMistakes* mistakes, Asked asked, Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
    case Outcome::deadlock:
    case Outcome::livelock:
    case Outcome::crashed:
    case Outcome::data_race:
    case Outcome::aborted:
    case Outcome::conflict:
    case Outcome::ambiguous:
      break;
    default:
      return;  // The right one or not: that is the pool's, and the laws'.
  }
  const bool is_try = asked == Asked::try_acquire;
  adapter_mistake(mistakes, std::string(is_try ? "try_acquire()" : "acquire()") +
                                " gives no lease and answers \"" +
                                std::string(to_string(outcome)) +
                                "\": why it gives none is closed, connect_failed or " +
                                (is_try ? "exhausted" : "timed_out"));
}

Outcome outcome_of(AcquireErrorKind kind) noexcept {
  switch (kind) {
    case AcquireErrorKind::timed_out:
      return Outcome::timed_out;
    case AcquireErrorKind::exhausted:
      return Outcome::exhausted;
    case AcquireErrorKind::closed:
      return Outcome::closed;
    case AcquireErrorKind::connect_failed:
      return Outcome::connect_failed;
    case AcquireErrorKind::cancelled:
      return Outcome::cancelled;
  }
  return Outcome::failed;
}

Refusal refusal_of(const AcquireError& error) noexcept {
  return {.waited = error.waited,
          .max_size = error.max_size,
          .in_use = error.in_use,
          .opening = error.opening,
          .waiting = error.waiting,
          .oldest_lease_age = error.oldest_lease_age,
          .names_cause = error.has_cause()};
}

Snapshot to_snapshot(const PoolMetrics& metrics) noexcept {
  return {.total = metrics.total,
          .idle = metrics.idle,
          .in_use = metrics.in_use,
          .invalid = metrics.invalid,
          .opening = metrics.opening,
          .leases = metrics.leases,
          .waiting = metrics.waiting,
          .acquires = metrics.acquires,
          .releases = metrics.releases,
          .timeouts = metrics.timeouts,
          .connects = metrics.connects,
          .connect_failures = metrics.connect_failures,
          .closes = metrics.closes,
          .waits = metrics.waits.count()};
}

std::string_view statement_that_leaves(mocks::Leftover what) noexcept {
  switch (what) {
    case mocks::Leftover::setting:
      return "set time zone 'UTC'";
    case mocks::Leftover::transaction:
      return "begin";
    case mocks::Leftover::statement:
      return "prepare mine as select 1";
    case mocks::Leftover::deadline:
      break;
  }
  return "select 1";
}

}  // namespace poolproof::sim
