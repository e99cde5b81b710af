#pragma once
// Scenarios that nobody wrote: drawn from a seed and a number, for `check`, for the properties and
// for the search by feedback alike. How they are drawn is told in docs/scenario-format.md.

#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/core/rng.h>
#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// What a drawn scenario is about. The default has a bit of everything.
struct Theme {
  /// Half of all steps are of these kinds; by default no kind is favoured.
  std::vector<Step::Kind> often{};
  bool has_others = true;         ///< steps of other kinds than those
  bool has_faults = true;         ///< calls fail, throw, take their time, the server restarts
  bool has_bad_alloc = true;      ///< one allocation may fail
  bool has_ages = true;           ///< idle_timeout, max_lifetime, validation and leaks matter
  bool has_maintenance = true;    ///< prefilled, and the pool's own thread may run
  bool has_shutdown = true;       ///< close, drain and destroy
  bool has_resize = true;         ///< max_size may change
  bool has_wakeups = true;        ///< waiters may be woken for no reason
  bool has_transactions = false;  ///< clients also transact
  std::uint32_t clients_max = 6;
  std::uint32_t steps_max = 8;  ///< of one client
};

/// Draws the parts of one scenario. Durations lie around each other: each new one may equal one
/// drawn before, miss it by a nanosecond or by up to a tenth, or be far beyond.
class ScenarioDraw {
 public:
  ScenarioDraw(Rng rng, const Theme& theme) : rng_(rng), theme_(theme) {}

  /// From 1 ns to 30 days, most of them a few milliseconds. Positive.
  Duration duration();
  /// Of a wait: the same, or none, or for ever.
  Duration timeout();
  /// Valid. max_size is 1 to 4, and every other knob may be anything.
  PoolConfig config();
  /// Up to three faults. No call is left hanging for ever.
  mocks::FaultPlan plan();
  /// Valid, printable, and such that a right pool can pass it.
  Scenario scenario(std::string name);
  /// `scenario`, which was drawn, with one to three things changed: a knob, a step, a client, a
  /// fault, how time goes. What scenario() promises holds.
  Scenario changed(Scenario scenario);

 private:
  using Kind = Step::Kind;

  std::uint32_t up_to(std::uint32_t max) { return rng_.below(max + 1); }
  bool happens(std::uint32_t numerator, std::uint32_t denominator) {
    return rng_.chance(numerator, denominator);
  }

  Duration fresh();
  Duration near(Duration duration);
  Duration expiry(bool may_be_on);
  mocks::Selector selector();
  mocks::Fault fault();
  void end_call(mocks::Fault& fault);
  Kind any_kind();
  Kind kind();
  bool is_out(Kind kind) const;
  Step step(Kind kind);
  TransactionWork work();
  void transact(Step& step);
  void leave(Step& step);
  ClientScript client();
  void add_steps(ClientScript& client, std::uint32_t steps);
  void add_holds(ClientScript& client, std::uint32_t steps);
  void add_destroy(ClientScript& client);
  void remember(const Scenario& scenario);
  void change_one(Scenario& scenario);
  void change_knob(PoolConfig& config);
  void change_steps(Scenario& scenario);
  void change_clients(Scenario& scenario);
  void change_faults(mocks::FaultPlan& plan);

  Rng rng_;
  const Theme& theme_;
  std::vector<Duration> drawn_;  // durations so far
  Dialect dialect_ = Dialect::postgresql;
  bool sees_transactions_ = true;
};

/// What a pool that is right may still not pass is taken out: waits without an end that may hold
/// all connections among them, and a maintenance thread that never lets a long wait end.
void make_passable(Scenario& scenario);

/// How many schedules in a row `check` gives to one drawn scenario. What is rare in scenarios is
/// found soonest with one; drawing one takes a third of the time of an execution.
constexpr std::uint64_t schedules_of_a_drawn = 4;

/// Scenario `number` of `seed`, called "drawn-NUMBER"; nothing else has a part in it. With
/// transactions it is another one.
Scenario drawn_scenario(std::uint64_t seed, std::uint64_t number, bool has_transactions);

}  // namespace poolproof::sim
