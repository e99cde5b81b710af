#include <poolproof/sim/scenario/draw.h>

#include <algorithm>
#include <array>
#include <chrono>

#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration forever = Duration::max();
constexpr std::uint32_t held_max = 2;  // a script's leases at once; times repeat_max below 8
constexpr std::uint32_t repeat_max = 3;
constexpr std::uint32_t tasks_drawn_max = 8;
constexpr Duration longest_drawn = 30 * 24h;

struct Weighted {
  std::uint32_t weight;
  Step::Kind kind;
};

/// Every kind but destroy, which must come last, and transact. Closing is rare: not much happens
/// after it.
constexpr std::array weights{
    Weighted{24, Step::Kind::acquire},        Weighted{8, Step::Kind::try_acquire},
    Weighted{24, Step::Kind::release},        Weighted{6, Step::Kind::execute},
    Weighted{6, Step::Kind::invalidate},      Weighted{2, Step::Kind::release_again},
    Weighted{2, Step::Kind::use_ended},       Weighted{12, Step::Kind::sleep},
    Weighted{4, Step::Kind::ensure_min_size}, Weighted{6, Step::Kind::health_check},
    Weighted{4, Step::Kind::metrics},         Weighted{4, Step::Kind::resize},
    Weighted{4, Step::Kind::evict_all},       Weighted{2, Step::Kind::close},
    Weighted{1, Step::Kind::drain},           Weighted{6, Step::Kind::cancel},
    Weighted{4, Step::Kind::leave},           Weighted{2, Step::Kind::move}};

}  // namespace

Duration ScenarioDraw::fresh() {
  constexpr std::array<Duration, 6> far{1ns, 1us, 1s, 1min, 1h, longest_drawn};
  switch (up_to(9)) {
    case 0:
      return far[up_to(far.size() - 1)];
    case 1:
      return Duration(1 + up_to(20'000'000 - 2));
    default:
      return std::chrono::milliseconds(1 + up_to(9));
  }
}

Duration ScenarioDraw::near(Duration duration) {
  switch (up_to(9)) {
    case 0:
      return duration - 1ns;
    case 1:
      return duration + 1ns;
    case 2:
    case 3:
      return duration / 100 * (90 + up_to(20));
    case 4:
      return duration / 2;
    case 5:
      return duration + drawn_[up_to(static_cast<std::uint32_t>(drawn_.size()) - 1)];
    case 6:
      return duration * (2 + up_to(8));
    default:
      return duration;
  }
}

Duration ScenarioDraw::duration() {
  Duration next = fresh();
  if (!drawn_.empty() && happens(1, 2))
    next = near(drawn_[up_to(static_cast<std::uint32_t>(drawn_.size()) - 1)]);
  next = std::clamp(next, Duration(1), longest_drawn);
  drawn_.push_back(next);
  return next;
}

Duration ScenarioDraw::timeout() {
  switch (up_to(9)) {
    case 0:
      return Duration::zero();
    case 1:
      return forever;
    default:
      return duration();
  }
}

/// Off as often as not, so that the others are seen alone.
Duration ScenarioDraw::expiry(bool may_be_on) {
  return may_be_on && happens(1, 2) ? duration() : Duration::zero();
}

PoolConfig ScenarioDraw::config() {
  PoolConfig config;
  config.max_size = 1 + std::min(up_to(3), up_to(3));  // Small pools run out sooner.
  config.min_size = happens(1, 2) ? 0 : up_to(static_cast<std::uint32_t>(config.max_size));
  config.acquire_timeout = timeout();
  config.idle_timeout = expiry(theme_.has_ages);
  config.max_lifetime = expiry(theme_.has_ages);
  config.health_check_interval = expiry(true);
  config.validate_after_idle = expiry(theme_.has_ages);
  config.leak_threshold = expiry(theme_.has_ages);
  config.reset_on_return = happens(2, 3);
  config.validation_timeout = timeout();
  config.connect_backoff = expiry(true);
  config.connect_backoff_max = config.connect_backoff * (1 + up_to(7));
  config.wait_when_refused = happens(3, 4);
  config.seed = rng_.next();
  return config;
}

mocks::Selector ScenarioDraw::selector() {
  using SelectorKind = mocks::Selector::Kind;
  const std::uint32_t n = 1 + up_to(3);
  switch (up_to(4)) {
    case 0:
      return {};
    case 1:
      return {.kind = SelectorKind::from, .n = n};
    case 2:
      return {.kind = SelectorKind::by_chance, .n = 1, .denominator = n + 1};
    default:
      return {.kind = SelectorKind::nth, .n = n};
  }
}

void ScenarioDraw::end_call(mocks::Fault& fault) {
  using Effect = mocks::Fault::Effect;
  constexpr std::array of_statements{Effect::fails,         Effect::throws,
                                     Effect::throws_number, Effect::conflicts,
                                     Effect::loses_session, Effect::loses_answer,
                                     Effect::answers_late,  Effect::ends_transaction};
  const bool has_all = mocks::is_statement(fault.call);
  fault.effect = of_statements[up_to(has_all ? of_statements.size() - 1 : 2)];
  // Of a transaction that ended so and that nobody sees nobody could know.
  if (fault.effect == Effect::ends_transaction && !sees_transactions_)
    fault.effect = Effect::answers_late;
  if (fault.effect == Effect::fails && happens(1, 2)) {
    const auto kinds = mocks::kinds_of_failure(fault.call);
    fault.kind = kinds[up_to(static_cast<std::uint32_t>(kinds.size()) - 1)];
  }
  if (happens(1, 5)) fault.duration = duration();
}

mocks::Fault ScenarioDraw::fault() {
  using mocks::ClientCall;
  using Effect = mocks::Fault::Effect;
  const auto first = static_cast<std::uint32_t>(ClientCall::connect);
  const auto last = static_cast<std::uint32_t>(theme_.has_transactions ? ClientCall::rollback
                                                                       : ClientCall::close);
  mocks::Fault fault{.call = static_cast<ClientCall>(first + up_to(last - first)),
                     .selector = selector()};
  if (fault.call == ClientCall::close || happens(1, 2)) {
    constexpr std::array blocking{Effect::takes, Effect::takes, Effect::hangs, Effect::freezes};
    fault.effect = blocking[up_to(blocking.size() - 1)];
    fault.duration = duration();
  } else {
    end_call(fault);
  }
  return fault;
}

mocks::FaultPlan ScenarioDraw::plan() {
  mocks::FaultPlan plan;
  if (theme_.has_faults) {
    for (std::uint32_t n = happens(1, 3) ? 0 : 1 + up_to(2); n > 0; --n)
      plan.faults.push_back(fault());
    if (happens(1, 8)) plan.restarts.push_back(duration());
    if (happens(1, 8)) plan.demotions.push_back(duration());
    if (happens(1, 4)) plan.deaths.push_back({1 + up_to(3), duration(), happens(1, 2)});
  }
  if (theme_.has_bad_alloc && happens(1, 8)) plan.failing_allocation = 1 + up_to(11);
  return plan;
}

bool ScenarioDraw::is_out(Kind kind) const {
  const bool is_shutdown = kind == Kind::close || kind == Kind::drain;
  return (is_shutdown && !theme_.has_shutdown) || (kind == Kind::resize && !theme_.has_resize) ||
         (kind == Kind::leave && theme_.has_transactions);  // Its statements are the store's.
}

Step::Kind ScenarioDraw::any_kind() {
  std::uint32_t all = 0;
  for (const Weighted& one : weights)
    all += one.weight;
  std::uint32_t place = up_to(all - 1);
  for (const Weighted& one : weights) {
    if (place < one.weight) return is_out(one.kind) ? Kind::acquire : one.kind;
    place -= one.weight;
  }
  return Kind::acquire;
}

Step::Kind ScenarioDraw::kind() {
  if (!theme_.often.empty() && (!theme_.has_others || happens(1, 2))) {
    const Kind often = theme_.often[up_to(static_cast<std::uint32_t>(theme_.often.size()) - 1)];
    return is_out(often) ? Kind::acquire : often;
  }
  if (theme_.has_transactions && happens(1, 2)) return Kind::transact;
  return any_kind();
}

/// Any letters that make a word.
TransactionWork ScenarioDraw::work() {
  constexpr std::array<std::string_view, 9> begun{"", "m", "c", "s", "n", "r", "rs", "rn", "rds"};
  constexpr std::array<std::string_view, 9> ends{"", "", "", "!", "#", "^", "=", "-", "@"};
  constexpr std::string_view opening = "({<[";
  constexpr std::string_view closing = ")}>]";
  std::string word(begun[up_to(begun.size() - 1)]);
  const std::string_view deeds = word.starts_with('r') ? "****~~.%+?&" : "+++++*~.%?&:";
  // Elsewhere than in PostgreSQL what went well beside an ignored error is committed.
  const bool hides_errors = dialect_ == Dialect::postgresql;
  std::string open;
  // What returns nothing hides them all. It has no brackets, behind which some would be undone.
  const bool returns_nothing = hides_errors && happens(1, 8);
  if (returns_nothing) word += 'v';
  for (std::uint32_t n = 1 + up_to(5); n > 0; --n) {
    const std::uint32_t kind = up_to(3);
    const bool nests = !returns_nothing && open.size() < TransactionWork::depth_max;
    if (happens(1, 4) && nests) {
      word += opening[kind];
      open += closing[kind];
    } else if (happens(1, 3) && !open.empty()) {
      word += open.back();
      open.pop_back();
    } else {
      const char deed = deeds[up_to(static_cast<std::uint32_t>(deeds.size()) - 1)];
      const bool is_refused = deed == '?' || deed == '&';
      const bool is_out = (deed == ':' && !hides_errors) || (is_refused && returns_nothing);
      word += is_out ? deeds.front() : deed;
    }
  }
  word.append(open.rbegin(), open.rend());
  const std::string_view end = ends[up_to(ends.size() - 1)];
  if (!returns_nothing || end != "!") word += end;
  return TransactionWork::parse(word).value_or(TransactionWork::parse("+").value());
}

void ScenarioDraw::transact(Step& step) {
  step.program = static_cast<Program>(up_to(static_cast<std::uint32_t>(programs_last)));
  const bool is_out = step.program == Program::ignores && dialect_ != Dialect::postgresql;
  if (happens(1, 2) || is_out) step.program = Program::does;
  if (step.program == Program::does) step.work = work();
  step.from = 1 + up_to(2);
  step.to = 1 + (step.from + up_to(1)) % 3;
  step.has_duration = happens(1, 3);
  if (step.has_duration) step.duration = happens(1, 8) ? Duration::zero() : duration();
}

void ScenarioDraw::leave(Step& step) {
  using mocks::Leftover;
  constexpr std::array all{Leftover::setting, Leftover::transaction, Leftover::statement,
                           Leftover::deadline};
  step.leftover = all[up_to(all.size() - 1)];
  step.has_duration = step.leftover == Leftover::deadline;
  if (step.has_duration) step.duration = duration();
}

Step ScenarioDraw::step(Kind kind) {
  Step step{.kind = kind};
  if (kind == Kind::acquire && happens(2, 3)) {
    step.has_duration = true;
    step.duration = timeout();
  }
  if (kind == Kind::cancel) step.which = 1 + up_to(1);
  if (kind == Kind::drain) step.duration = timeout();
  if (kind == Kind::sleep) step.duration = duration();
  if (kind == Kind::transact) transact(step);
  if (kind == Kind::leave) leave(step);
  if (kind == Kind::resize) {
    step.max_size = 1 + up_to(4);
    step.min_size = happens(1, 2) ? 0 : up_to(step.max_size);
  }
  return step;
}

/// Step after step, whatever comes.
void ScenarioDraw::add_steps(ClientScript& client, std::uint32_t steps) {
  std::uint32_t held = 0;
  for (std::uint32_t n = steps; n > 0; --n) {
    Kind next = kind();
    const bool takes = next == Kind::acquire || next == Kind::try_acquire;
    if (takes && held == held_max) next = Kind::release;
    if (takes && held < held_max) ++held;
    if (next == Kind::release && held > 0) --held;
    client.steps.push_back(step(next));
  }
}

/// As programs do: wait for the right moment, take, do something or sleep, give back.
void ScenarioDraw::add_holds(ClientScript& client, std::uint32_t steps) {
  while (client.steps.size() < steps) {
    if (happens(1, 3)) client.steps.push_back(step(Kind::sleep));
    const Kind first = kind();
    const bool is_of_a_lease = first == Kind::release || first == Kind::execute ||
                               first == Kind::invalidate || first == Kind::sleep ||
                               first == Kind::leave || first == Kind::move;
    const bool takes = first == Kind::acquire || first == Kind::try_acquire;
    if (!takes && !is_of_a_lease) {
      client.steps.push_back(step(first));
      continue;
    }
    client.steps.push_back(step(first == Kind::try_acquire ? first : Kind::acquire));
    if (is_of_a_lease && first != Kind::release) client.steps.push_back(step(first));
    if (happens(1, 2)) client.steps.push_back(step(Kind::sleep));
    client.steps.push_back(step(Kind::release));
  }
}

ClientScript ScenarioDraw::client() {
  ClientScript client;
  client.repeat = happens(2, 3) ? 1 : 1 + up_to(repeat_max - 1);
  const std::uint32_t steps = 1 + up_to(theme_.steps_max - 1);
  happens(1, 2) || !theme_.has_others ? add_steps(client, steps) : add_holds(client, steps);
  return client;
}

/// After a pool is destroyed only leases are left to be used, and nobody else may be there.
void ScenarioDraw::add_destroy(ClientScript& client) {
  constexpr std::array after{Kind::execute, Kind::release, Kind::use_ended};
  client.count = client.repeat = 1;
  client.steps.push_back({.kind = Kind::destroy});
  for (std::uint32_t n = up_to(2); n > 0; --n)
    client.steps.push_back({.kind = after[up_to(after.size() - 1)]});
}

Scenario ScenarioDraw::scenario(std::string name) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.pool = config();
  constexpr std::array dialects{Dialect::postgresql, Dialect::postgresql, Dialect::mysql,
                                Dialect::sqlite};
  if (theme_.has_transactions) {
    dialect_ = dialects[up_to(dialects.size() - 1)];
    sees_transactions_ = happens(3, 4);
  }
  scenario.dialect = dialect_;
  scenario.sees_transactions = sees_transactions_;
  scenario.faults = plan();
  scenario.time = happens(2, 3) ? TimeMode::racing : TimeMode::patient;
  if (theme_.has_wakeups) scenario.spurious_wakeups = happens(1, 2) ? 0 : up_to(3);
  if (theme_.has_wakeups) scenario.spurious_cas_failures = happens(2, 3) ? 0 : up_to(3);
  scenario.prefill = theme_.has_maintenance && happens(1, 3);
  scenario.maintenance = theme_.has_maintenance && happens(1, 4);
  const std::uint32_t clients = 1 + up_to(theme_.clients_max - 1);
  std::uint32_t left = std::max(clients, std::min(tasks_drawn_max, theme_.clients_max));
  for (std::uint32_t i = 0; i < clients; ++i) {
    scenario.clients.push_back(client());
    const std::uint32_t spare = left - (clients - i);
    if (spare > 0 && happens(1, 5))
      scenario.clients.back().count += 1 + up_to(std::min(spare, 2U) - 1);
    left -= scenario.clients.back().count;
  }
  const bool is_alone = clients == 1 && !theme_.has_transactions;
  if (is_alone && theme_.has_shutdown && happens(1, 3)) add_destroy(scenario.clients.front());
  make_passable(scenario);
  return scenario;
}

}  // namespace poolproof::sim
