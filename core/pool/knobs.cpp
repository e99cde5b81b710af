#include <poolproof/core/pool/knobs.h>

#include <algorithm>

namespace poolproof {
namespace {

struct KnobUnit {
  std::string_view name;
  Duration length;
};

constexpr std::array<KnobUnit, 6> knob_units{{
    {"ns", std::chrono::nanoseconds(1)},
    {"us", std::chrono::microseconds(1)},
    {"ms", std::chrono::milliseconds(1)},
    {"s", std::chrono::seconds(1)},
    {"min", std::chrono::minutes(1)},
    {"h", std::chrono::hours(1)},
}};

template <auto member>
constexpr auto of_pool_config = knob<PoolConfig, member>;

constexpr std::array knobs_of_pools{
    of_pool_config<&PoolConfig::min_size>("min_size"),
    of_pool_config<&PoolConfig::max_size>("max_size"),
    of_pool_config<&PoolConfig::acquire_timeout>("acquire_timeout"),
    of_pool_config<&PoolConfig::idle_timeout>("idle_timeout"),
    of_pool_config<&PoolConfig::max_lifetime>("max_lifetime"),
    of_pool_config<&PoolConfig::health_check_interval>("health_check_interval"),
    of_pool_config<&PoolConfig::validate_after_idle>("validate_after_idle"),
    of_pool_config<&PoolConfig::validation_timeout>("validation_timeout"),
    of_pool_config<&PoolConfig::connect_backoff>("connect_backoff"),
    of_pool_config<&PoolConfig::connect_backoff_max>("connect_backoff_max"),
    of_pool_config<&PoolConfig::calls_at_once>("calls_at_once"),
    of_pool_config<&PoolConfig::wait_when_refused>("wait_when_refused"),
    of_pool_config<&PoolConfig::leak_threshold>("leak_threshold"),
    of_pool_config<&PoolConfig::reset_on_return>("reset_on_return"),
    of_pool_config<&PoolConfig::close_timeout>("close_timeout"),
    of_pool_config<&PoolConfig::misuse_checks>("misuse_checks"),
    of_pool_config<&PoolConfig::seed>("seed"),
};

}  // namespace

bool read_knob(std::string_view text, Duration& value) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  Duration::rep count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, count);
  if (digits == 0 || error != std::errc()) return false;
  std::string_view unit = text.substr(digits);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.empty() && count == 0) {
    value = Duration::zero();
    return true;
  }
  for (const KnobUnit& one : knob_units) {
    if (unit != one.name) continue;
    if (count > Duration::max() / one.length) return false;
    value = one.length * count;
    return true;
  }
  return false;
}

bool read_knob(std::string_view text, bool& value) {
  if (text != "true" && text != "false") return false;
  value = text == "true";
  return true;
}

bool read_knob(std::string_view text, MisuseChecks& value) {
  if (text == "as_built") {
    value = MisuseChecks::as_built;
  } else if (text == "off") {
    value = MisuseChecks::off;
  } else if (text == "on") {
    value = MisuseChecks::on;
  } else {
    return false;
  }
  return true;
}

std::span<const Knob<PoolConfig>> pool_knobs() noexcept {
  return knobs_of_pools;
}

}  // namespace poolproof
