// A pool whose acquire sleeps through its clock, not on a primitive: L7 sees it all the same.

#include <algorithm>

#include <gtest/gtest.h>

#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/subjects/naive_pool.h>

namespace poolproof::subjects {
namespace {

using namespace sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

enum class Patience : std::uint8_t { until_the_deadline, for_a_second };

/// Looks again and again.
template <class Platform, Patience patience>
class PollingSubject {
 public:
  using Lease = std::unique_ptr<DbClient>;

  static Capabilities capabilities() { return NaiveSubject<Platform>::capabilities(); }

  explicit PollingSubject(const Environment<Platform>& environment)
      : pool_(environment.config.max_size, environment.factory, environment.clock),
        clock_(environment.clock) {}

  std::expected<Lease, Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    for (;;) {
      auto taken = pool_.try_acquire();
      if (taken || taken.error() != Outcome::exhausted) return taken;
      if (clock_.now() >= deadline) return std::unexpected(Outcome::timed_out);
      const Instant later = deadline_after(clock_.now(), seconds(1));
      clock_.sleep_until(patience == Patience::for_a_second ? later : std::min(later, deadline));
    }
  }
  std::expected<Lease, Outcome> try_acquire() { return pool_.try_acquire(); }
  void release(Lease& lease) { pool_.give_back(std::move(lease)); }
  DbClient* client(Lease& lease) { return lease.get(); }
  void close() { pool_.close(); }

 private:
  NaivePool<Platform> pool_;
  typename Platform::clock& clock_;
};

template <class Platform>
using PunctualSubject = PollingSubject<Platform, Patience::until_the_deadline>;
template <class Platform>
using LateSubject = PollingSubject<Platform, Patience::for_a_second>;

constexpr std::string_view one_waits_five_milliseconds = R"(
name = "one-waits"
time = "patient"
[pool]
max_size = 1
min_size = 0
[[clients]]
steps = ["acquire 5s", "sleep 3s", "release"]
[[clients]]
steps = ["sleep 1ms", "acquire 5ms", "release"]
)";

/// What L7 finds in one execution.
std::string found_by_timeouts(const SubjectEntry& subject) {
  const auto scenario = Scenario::parse(one_waits_five_milliseconds, "test");
  EXPECT_TRUE(scenario.has_value());
  Simulation simulation(subject, *scenario);
  RandomWalk walk(1);
  walk.begin(0);
  simulation.run(walk);
  for (const Violation& violation : simulation.violations()) {
    if (violation.law == LawId::timeouts) return violation.sentence;
  }
  return "";
}

TEST(ClockSleep, IsSeenToLastBeyondTheDeadline) {
  const auto late = templated_subject<LateSubject>("late", "sleeps for a second at a time");

  EXPECT_EQ(found_by_timeouts(late),
            "acquire of task 2 (called at event 5, timeout 5ms) slept with no timer that would "
            "wake it at its deadline at 1ms (event 7)");
}

TEST(ClockSleep, MayLastUntilTheDeadline) {
  const auto punctual =
      templated_subject<PunctualSubject>("punctual", "sleeps until its deadline");

  EXPECT_EQ(found_by_timeouts(punctual), "");
}

}  // namespace
}  // namespace poolproof::subjects
