#include <poolproof/property_tests/texts.h>

#include <algorithm>
#include <array>
#include <utility>

#include <poolproof/property_tests/formats.h>
#include <poolproof/property_tests/generators.h>

namespace poolproof::property_tests {
namespace {

using sim::Step;

constexpr std::int64_t hundred_years_ns =
    std::chrono::nanoseconds(std::chrono::hours(24 * 365 * 100)).count();

template <class Number>
Number between(Number min, Number max) {
  return *rc::gen::inRange<Number>(min, static_cast<Number>(max + 1));
}

bool yes() {
  return *rc::gen::arbitrary<bool>();
}

/// Small, or anything up to `max`.
std::uint32_t count_up_to(std::uint32_t max) {
  return yes() ? between(0U, std::min(max, 5U)) : between(0U, max);
}

std::string word(std::string_view letters, std::size_t bytes_max) {
  const auto bytes = between<std::size_t>(1, bytes_max);
  return *rc::gen::container<std::string>(bytes, rc::gen::elementOf(std::string(letters)));
}

std::string name() {
  return word("abcdefghijklmnopqrstuvwxyz0123456789-", 64);
}

/// One line, with what TOML has a meaning for and what is no ASCII.
std::string about() {
  std::string text;
  for (int n = between(0, 20); n > 0; --n) {
    text += *rc::gen::element<std::string>("a", " ", "\"", "\\", "'", "#", "=", "[", "]", "{",
                                           "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x9f", "\\u");
  }
  return text;
}

mocks::Selector selector() {
  using Which = mocks::Selector::Kind;
  const std::uint32_t n = 1 + count_up_to(0xffff'fffeU - 1);
  switch (between(0, 3)) {
    case 0:
      return {};
    case 1:
      return {.kind = Which::nth, .n = n};
    case 2:
      return {.kind = Which::from, .n = n};
    default:
      return {.kind = Which::by_chance, .n = n, .denominator = between(n, 0xffff'fffeU)};
  }
}

mocks::Fault fault() {
  using Effect = mocks::Fault::Effect;
  mocks::Fault fault{.call = static_cast<mocks::ClientCall>(between(1, 5)),
                     .selector = selector(),
                     .effect = static_cast<Effect>(between(0, static_cast<int>(Effect::freezes)))};
  const bool may_fail = fault.call != mocks::ClientCall::close;
  constexpr std::array of_close{Effect::takes, Effect::hangs, Effect::freezes};
  if (!may_fail) fault.effect = of_close[static_cast<std::size_t>(between(0, 2))];
  const bool blocks = fault.effect == Effect::takes || fault.effect == Effect::hangs ||
                      fault.effect == Effect::freezes;
  if (blocks || yes()) fault.duration = *written_durations();
  return fault;
}

Step step() {
  if (between(0, 9) == 0)
    return {.kind = Step::Kind::cancel, .which = between(1U, sim::Scenario::tasks_max)};
  Step step{.kind = static_cast<Step::Kind>(between(0, static_cast<int>(Step::Kind::drain)))};
  switch (step.kind) {
    case Step::Kind::acquire:
      step.has_duration = yes();
      if (step.has_duration) step.duration = *written_durations();
      break;
    case Step::Kind::drain:
      step.duration = *written_durations();
      break;
    case Step::Kind::sleep:
      step.duration = *durations();
      break;
    case Step::Kind::resize:
      step.max_size = 1 + count_up_to(PoolConfig::max_size_limit - 1);
      step.min_size = between(0U, step.max_size);
      break;
    default:
      break;
  }
  return step;
}

sim::ClientScript client() {
  sim::ClientScript client;
  if (yes()) client.name = name();
  client.count = between(1U, 3U);
  std::uint32_t held = 0;
  for (std::uint32_t n = 1 + count_up_to(29); n > 0; --n) {
    client.steps.push_back(step());
    const Step::Kind kind = client.steps.back().kind;
    const bool takes = kind == Step::Kind::acquire || kind == Step::Kind::try_acquire;
    if (takes && ++held > sim::Scenario::leases_per_client_max) client.steps.pop_back();
  }
  if (client.steps.empty()) client.steps.push_back({.kind = Step::Kind::metrics});
  if (held == 0) client.repeat = 1 + count_up_to(sim::Scenario::repeat_max - 1);
  return client;
}

PoolConfig config() {
  PoolConfig config;
  config.max_size = 1 + count_up_to(PoolConfig::max_size_limit - 1);
  config.min_size = between<std::size_t>(0, config.max_size);
  for (Duration PoolConfig::*const knob :
       {&PoolConfig::acquire_timeout, &PoolConfig::idle_timeout, &PoolConfig::max_lifetime,
        &PoolConfig::health_check_interval, &PoolConfig::validate_after_idle,
        &PoolConfig::leak_threshold, &PoolConfig::validation_timeout,
        &PoolConfig::connect_backoff}) {
    if (yes()) config.*knob = *written_durations();
  }
  config.connect_backoff_max = std::max(config.connect_backoff, *written_durations());
  config.calls_at_once = 1 + count_up_to(PoolConfig::max_size_limit - 1);
  config.wait_when_refused = yes();
  config.reset_on_return = yes();
  if (yes()) config.seed = *rc::gen::arbitrary<std::uint64_t>();
  return config;
}

std::string with_one_change(std::string text) {
  const auto size = text.size();
  const auto from = between<std::size_t>(0, size);
  const auto length = between<std::size_t>(0, std::min<std::size_t>(size - from, 20));
  const std::string stretch = text.substr(from, length);
  switch (between(0, 5)) {
    case 0:
      return text.erase(from, length);
    case 1:
      return text.insert(from, stretch);
    case 2:
      return text.substr(0, from);
    case 3:
      return text.insert(between<std::size_t>(0, size), stretch);
    case 4:
      return text.insert(from, *rc::gen::element<std::string>(
                                   "\"", "\n", "=", "]", "[[", ":", ";", "-1", "0", "1e9", "\xff",
                                   "99999999999999999999", "{", "never", std::string(1, '\0')));
    default:
      if (from < size) text[from] = *rc::gen::arbitrary<char>();
      return text;
  }
}

}  // namespace

rc::Gen<Duration> written_durations() {
  return rc::gen::exec([] {
    if (between(0, 9) == 0) return Duration::max();
    if (yes()) return *durations();
    return Duration(between<std::int64_t>(0, hundred_years_ns));
  });
}

rc::Gen<mocks::FaultPlan> written_fault_plans() {
  return rc::gen::exec([] {
    mocks::FaultPlan plan;
    for (int n = between(0, 4); n > 0; --n)
      plan.faults.push_back(fault());
    for (int n = between(0, 2); n > 0; --n)
      plan.restarts.push_back(*written_durations());
    for (int n = between(0, 2); n > 0; --n)
      plan.demotions.push_back(*written_durations());
    for (int n = between(0, 2); n > 0; --n)
      plan.deaths.push_back({between(1U, 9U), *written_durations(), yes()});
    if (yes()) plan.failing_allocation = count_up_to(0xffff'fffe);
    return plan;
  });
}

rc::Gen<sim::Scenario> written_scenarios() {
  return rc::gen::exec([] {
    sim::Scenario scenario;
    scenario.name = name();
    scenario.about = about();
    scenario.pool = config();
    for (int n = between(1, 4); n > 0; --n)
      scenario.clients.push_back(client());
    scenario.faults = *written_fault_plans();
    scenario.time = yes() ? sim::TimeMode::racing : sim::TimeMode::patient;
    scenario.spurious_wakeups = count_up_to(sim::Scenario::spurious_max);
    scenario.spurious_cas_failures = count_up_to(sim::Scenario::spurious_max);
    scenario.prefill = yes();
    scenario.maintenance = yes();
    if (yes())
      scenario.steps_max = between(sim::Scenario::steps_bound_min, sim::Scenario::steps_bound_max);
    return scenario;
  });
}

rc::Gen<sim::Schedule> written_schedules() {
  return rc::gen::container<sim::Schedule>(rc::gen::exec([] {
    const std::uint32_t options = 2 + count_up_to(sim::options_max - 2);
    const std::uint32_t chosen = between(0U, options - 1);
    return sim::Choice{.options = options, .chosen = chosen & 0xff'ffffU};
  }));
}

rc::Gen<std::string> damaged(std::string text) {
  return rc::gen::exec([text = std::move(text)] {
    std::string changed = text;
    for (int n = between(1, 4); n > 0; --n)
      changed = with_one_change(std::move(changed));
    return changed;
  });
}

rc::Gen<std::string> any_bytes() {
  return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

void read_well(std::string_view name, const std::string& bytes) {
  const std::string complaint = format(name).complaint(bytes);
  if (!complaint.empty()) RC_FAIL(complaint);
}

}  // namespace poolproof::property_tests
