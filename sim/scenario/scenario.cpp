#include <poolproof/sim/scenario/scenario.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace poolproof::sim {
namespace {

std::string toml_string(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += hex[byte >> 4U];
      out += hex[byte & 0xfU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string printed(const std::string& text) {
  return toml_string(text);
}
std::string printed(Duration duration) {
  return toml_string(mocks::print_duration(duration));
}
std::string printed(bool flag) {
  return flag ? "true" : "false";
}
std::string printed(TimeMode mode) {
  return mode == TimeMode::racing ? "\"racing\"" : "\"patient\"";
}
std::string printed(Dialect dialect) {
  return toml_string(to_string(dialect));
}
/// TOML's integers end at 2^63 - 1; what is larger is written as a string.
std::string printed(std::uint64_t number) {
  constexpr auto integer_max =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::string digits = std::to_string(number);
  return number <= integer_max ? digits : toml_string(digits);
}
std::string printed(std::uint32_t number) {
  return std::to_string(number);
}

std::string printed(const std::vector<Step>& steps) {
  constexpr std::size_t line_max = 90;
  std::string lines = "[";
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string step = toml_string(to_string(steps[i]));
    if (i != 0) lines += ",";
    if (lines.size() - line_start + step.size() > line_max) {
      line_start = lines.size() + 1;
      lines += "\n  ";
    } else if (i != 0) {
      lines += " ";
    }
    lines += step;
  }
  return lines + "]";
}

/// One table of the file. Its heading is printed with the first field that differs from its
/// default.
class TablePrinter {
 public:
  TablePrinter(std::string& out, std::string_view heading) : out_(&out), heading_(heading) {}

  template <typename T>
  void field(std::string_view key, const T& value, const T& usual) {
    if (!(value == usual)) always(key, value);
  }

  template <typename T>
  void always(std::string_view key, const T& value) {
    if (!heading_.empty()) *out_ += "\n" + std::string(heading_) + "\n";
    heading_ = {};
    *out_ += std::string(key) + " = " + printed(value) + "\n";
  }

 private:
  std::string* out_;
  std::string_view heading_;
};

void print_pool(std::string& out, const PoolConfig& pool) {
  const PoolConfig usual;
  TablePrinter table(out, "[pool]");
  table.field("min_size", pool.min_size, usual.min_size);
  table.field("max_size", pool.max_size, usual.max_size);
  table.field("acquire_timeout", pool.acquire_timeout, usual.acquire_timeout);
  table.field("idle_timeout", pool.idle_timeout, usual.idle_timeout);
  table.field("max_lifetime", pool.max_lifetime, usual.max_lifetime);
  table.field("health_check_interval", pool.health_check_interval, usual.health_check_interval);
  table.field("validate_after_idle", pool.validate_after_idle, usual.validate_after_idle);
  table.field("validation_timeout", pool.validation_timeout, usual.validation_timeout);
  table.field("connect_backoff", pool.connect_backoff, usual.connect_backoff);
  table.field("connect_backoff_max", pool.connect_backoff_max, usual.connect_backoff_max);
  table.field("calls_at_once", pool.calls_at_once, usual.calls_at_once);
  table.field("wait_when_refused", pool.wait_when_refused, usual.wait_when_refused);
  table.field("leak_threshold", pool.leak_threshold, usual.leak_threshold);
  table.field("reset_on_return", pool.reset_on_return, usual.reset_on_return);
  table.field("seed", pool.seed, usual.seed);
}

void print_client(std::string& out, const ClientScript& client) {
  const ClientScript usual;
  TablePrinter table(out, "[[clients]]");
  table.field("name", client.name, usual.name);
  table.field("count", client.count, usual.count);
  table.field("repeat", client.repeat, usual.repeat);
  table.always("steps", client.steps);
}

}  // namespace

std::string to_toml(const Scenario& scenario) {
  const Scenario usual;
  std::string out;
  TablePrinter top(out, "");
  top.always("name", scenario.name);
  top.field("about", scenario.about, usual.about);
  top.field("time", scenario.time, usual.time);
  top.field("dialect", scenario.dialect, usual.dialect);
  top.field("sees_transactions", scenario.sees_transactions, usual.sees_transactions);
  top.field("prefill", scenario.prefill, usual.prefill);
  top.field("maintenance", scenario.maintenance, usual.maintenance);
  top.field("spurious_wakeups", scenario.spurious_wakeups, usual.spurious_wakeups);
  top.field("spurious_cas_failures", scenario.spurious_cas_failures, usual.spurious_cas_failures);
  top.field("steps_max", scenario.steps_max, usual.steps_max);
  print_pool(out, scenario.pool);
  for (const ClientScript& client : scenario.clients)
    print_client(out, client);
  TablePrinter(out, "[faults]").field("plan", mocks::to_string(scenario.faults), std::string());
  return out;
}

std::uint32_t client_count(const Scenario& scenario) noexcept {
  std::uint32_t count = 0;
  for (const ClientScript& client : scenario.clients)
    count += client.count;
  return count;
}

bool may_refuse_connects(const Scenario& scenario) noexcept {
  return scenario.faults.failing_allocation != 0 ||
         std::ranges::any_of(scenario.faults.faults, [](const mocks::Fault& fault) {
           return fault.call == mocks::ClientCall::connect;
         });
}

}  // namespace poolproof::sim
