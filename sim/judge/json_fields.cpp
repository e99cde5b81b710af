#include <poolproof/sim/judge/json_fields.h>

#include <array>
#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace poolproof::sim {

namespace {

using nlohmann::json;

// One pair of functions for each type that a field may have.

template <std::integral Number>
void print_number(std::string& out, Number number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

std::string read_number(const json& value, std::uint64_t max, std::uint64_t& number) {
  const bool is_whole = value.is_number_unsigned();
  if (!is_whole || value.get<std::uint64_t>() > max) {
    return fmt::format("must be a whole number from 0 to {}", max);
  }
  number = value.get<std::uint64_t>();
  return {};
}

constexpr std::uint64_t nanoseconds_max = std::numeric_limits<std::int64_t>::max();

template <std::unsigned_integral Number>
void print_value(std::string& out, const Number& number) {
  print_number(out, number);
}
template <std::unsigned_integral Number>
std::string read_value(const json& value, Number& number) {
  std::uint64_t read = 0;
  std::string rule = read_number(value, std::numeric_limits<Number>::max(), read);
  if (rule.empty()) number = static_cast<Number>(read);
  return rule;
}

void print_value(std::string& out, const std::int32_t& number) {
  print_number(out, number);
}
std::string read_value(const json& value, std::int32_t& number) {
  using Limits = std::numeric_limits<std::int32_t>;
  const bool is_whole = value.is_number_integer();
  const auto read = is_whole ? value.get<std::int64_t>() : 0;
  if (!is_whole || read < Limits::min() || read > Limits::max())
    return fmt::format("must be a whole number from {} to {}", Limits::min(), Limits::max());
  number = static_cast<std::int32_t>(read);
  return {};
}

void print_value(std::string& out, const bool& is_set) {
  out += is_set ? "true" : "false";
}
std::string read_value(const json& value, bool& is_set) {
  if (!value.is_boolean()) return "must be true or false";
  is_set = value.get<bool>();
  return {};
}

void print_value(std::string& out, const Duration& duration) {
  if (duration == Duration::max())
    out += "\"forever\"";
  else
    print_number(out, duration.count());
}
std::string read_value(const json& value, Duration& duration) {
  if (value.is_string() && value.get_ref<const std::string&>() == "forever") {
    duration = Duration::max();
    return {};
  }
  std::uint64_t read = 0;
  std::string rule = read_number(value, nanoseconds_max, read);
  if (!rule.empty()) return rule + " (nanoseconds), or \"forever\"";
  duration = Duration{static_cast<std::int64_t>(read)};
  return {};
}

void print_value(std::string& out, const Instant& instant) {
  print_number(out, instant.time_since_epoch().count());
}
std::string read_value(const json& value, Instant& instant) {
  std::uint64_t read = 0;
  std::string rule = read_number(value, nanoseconds_max, read);
  if (!rule.empty()) return rule + " (nanoseconds)";
  instant = Instant{Duration{static_cast<std::int64_t>(read)}};
  return {};
}

void print_value(std::string& out, const std::string& text) {
  print_string(out, text);
}
std::string read_value(const json& value, std::string& text) {
  if (!value.is_string()) return "must be a string";
  text = value.get<std::string>();
  return {};
}

void print_value(std::string& out, const SessionId& id) {
  print_number(out, std::to_underlying(id));
}
std::string read_value(const json& value, SessionId& id) {
  std::uint32_t number = 0;
  std::string rule = read_value(value, number);
  id = SessionId{number};
  return rule;
}

void print_value(std::string& out, const TaskId& id) {
  print_number(out, std::to_underlying(id));
}
std::string read_value(const json& value, TaskId& id) {
  std::uint64_t number = 0;
  std::string rule = read_number(value, std::to_underlying(no_task) - 1, number);
  if (rule.empty()) id = TaskId{static_cast<std::uint16_t>(number)};
  return rule;
}

std::string_view to_string(Order::Kind kind) noexcept {
  switch (kind) {
    case Order::Kind::fifo:
      return "fifo";
    case Order::Kind::bounded:
      return "bounded";
    case Order::Kind::none:
      return "none";
  }
  return "unknown";
}

std::optional<Order::Kind> order_kind_from(std::string_view word) noexcept {
  for (const auto kind : {Order::Kind::fifo, Order::Kind::bounded, Order::Kind::none}) {
    if (to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

template <typename Enum>
requires std::is_enum_v<Enum>
void print_value(std::string& out, const Enum& value) {
  out += '"';
  out += to_string(value);
  out += '"';
}

template <typename Enum>
std::string read_word(const json& value, std::optional<Enum> (*from)(std::string_view) noexcept,
                      const char* what, Enum& word) {
  const auto read = value.is_string() ? from(value.get_ref<const std::string&>()) : std::nullopt;
  if (!read) return fmt::format("must be the name of {}", what);
  word = *read;
  return {};
}

std::string read_value(const json& value, EventKind& word) {
  return read_word(value, event_kind_from, "an event", word);
}
std::string read_value(const json& value, Operation& word) {
  return read_word(value, operation_from, "an operation", word);
}
std::string read_value(const json& value, ClientCall& word) {
  return read_word(value, client_call_from, "a client call", word);
}
std::string read_value(const json& value, Outcome& word) {
  return read_word(value, outcome_from, "an outcome", word);
}
std::string read_value(const json& value, TransactionStep& word) {
  return read_word(value, transaction_step_from, "a transaction's step", word);
}
std::string read_value(const json& value, PoolEventKind& word) {
  return read_word(value, pool_event_from, "a pool event", word);
}
std::string read_value(const json& value, ConnectionState& word) {
  return read_word(value, connection_state_from, "a connection state", word);
}
std::string read_value(const json& value, Order::Kind& word) {
  const std::string rule = read_word(value, order_kind_from, "an order", word);
  return rule.empty() ? rule : "must be \"fifo\", \"bounded\" or \"none\"";
}

/// The field that is `member` of a Record.
template <typename Record, auto member>
constexpr Field<Record> field(std::string_view name) {
  return {name, [](const Record& record) { return record.*member == Record{}.*member; },
          [](std::string& out, const Record& record) { print_value(out, record.*member); },
          [](const json& value, Record& record) { return read_value(value, record.*member); }};
}

/// The field that is `member` of a pool's order.
template <auto member>
constexpr Field<Capabilities> order_field(std::string_view name) {
  return {
      name, [](const Capabilities& pool) { return pool.order.*member == Order{}.*member; },
      [](std::string& out, const Capabilities& pool) { print_value(out, pool.order.*member); },
      [](const json& value, Capabilities& pool) { return read_value(value, pool.order.*member); }};
}

template <auto member>
constexpr auto of_config = field<PoolConfig, member>;
template <auto member>
constexpr auto of_pool = field<Capabilities, member>;
template <auto member>
constexpr auto of_event = field<Event, member>;
template <auto member>
constexpr auto of_snapshot = field<Snapshot, member>;
template <auto member>
constexpr auto of_refusal = field<Refusal, member>;

constexpr std::array config_list{
    of_config<&PoolConfig::min_size>("min_size"),
    of_config<&PoolConfig::max_size>("max_size"),
    of_config<&PoolConfig::acquire_timeout>("acquire_timeout"),
    of_config<&PoolConfig::idle_timeout>("idle_timeout"),
    of_config<&PoolConfig::max_lifetime>("max_lifetime"),
    of_config<&PoolConfig::health_check_interval>("health_check_interval"),
    of_config<&PoolConfig::validate_after_idle>("validate_after_idle"),
    of_config<&PoolConfig::validation_timeout>("validation_timeout"),
    of_config<&PoolConfig::connect_backoff>("connect_backoff"),
    of_config<&PoolConfig::connect_backoff_max>("connect_backoff_max"),
    of_config<&PoolConfig::calls_at_once>("calls_at_once"),
    of_config<&PoolConfig::wait_when_refused>("wait_when_refused"),
    of_config<&PoolConfig::leak_threshold>("leak_threshold"),
    of_config<&PoolConfig::reset_on_return>("reset_on_return"),
    of_config<&PoolConfig::seed>("seed"),
};

constexpr std::array capability_list{
    order_field<&Order::kind>("order"),
    order_field<&Order::overtakes_max>("overtakes_max"),
    of_pool<&Capabilities::timed_acquire>("timed_acquire"),
    of_pool<&Capabilities::try_acquire>("try_acquire"),
    of_pool<&Capabilities::invalidate>("invalidate"),
    of_pool<&Capabilities::ensure_min_size>("ensure_min_size"),
    of_pool<&Capabilities::health_check>("health_check"),
    of_pool<&Capabilities::idle_timeout>("idle_timeout"),
    of_pool<&Capabilities::max_lifetime>("max_lifetime"),
    of_pool<&Capabilities::validate_after_idle>("validate_after_idle"),
    of_pool<&Capabilities::resets_on_return>("resets_on_return"),
    of_pool<&Capabilities::metrics>("metrics"),
    of_pool<&Capabilities::resize>("resize"),
    of_pool<&Capabilities::evict_all>("evict_all"),
    of_pool<&Capabilities::close>("close"),
    of_pool<&Capabilities::drain>("drain"),
    of_pool<&Capabilities::connects_lazily>("connects_lazily"),
    of_pool<&Capabilities::connect_outside_lock>("connect_outside_lock"),
    of_pool<&Capabilities::connect_errors>("connect_errors"),
    of_pool<&Capabilities::exception_safe>("exception_safe"),
    of_pool<&Capabilities::observer>("observer"),
    of_pool<&Capabilities::lease_outlives_pool>("lease_outlives_pool"),
    of_pool<&Capabilities::double_release>("double_release"),
    of_pool<&Capabilities::cancellation>("cancellation"),
    of_pool<&Capabilities::call_deadlines>("call_deadlines"),
    of_pool<&Capabilities::waits_when_refused>("waits_when_refused"),
    of_pool<&Capabilities::notices_dead>("notices_dead"),
    of_pool<&Capabilities::error_policy>("error_policy"),
    of_pool<&Capabilities::connect_backoff>("connect_backoff"),
    of_pool<&Capabilities::full_metrics>("full_metrics"),
    of_pool<&Capabilities::transactions>("transactions"),
    of_pool<&Capabilities::why>("why"),
};

constexpr std::array event_list{
    of_event<&Event::at>("at"),
    of_event<&Event::kind>("event"),
    of_event<&Event::task>("task"),
    of_event<&Event::operation>("operation"),
    of_event<&Event::client_call>("client_call"),
    of_event<&Event::outcome>("outcome"),
    of_event<&Event::session>("session"),
    of_event<&Event::timeout>("timeout"),
    of_event<&Event::min_size>("min_size"),
    of_event<&Event::max_size>("max_size"),
    of_event<&Event::count>("count"),
    of_event<&Event::locks_held>("locks_held"),
    of_event<&Event::pool_event>("pool_event"),
    of_event<&Event::from>("from"),
    of_event<&Event::to>("to"),
    of_event<&Event::connection>("connection"),
    of_event<&Event::waiter>("waiter"),
    of_event<&Event::sequence>("sequence"),
    of_event<&Event::step>("step"),
    of_event<&Event::amount>("amount"),
};

constexpr std::array snapshot_list{
    of_snapshot<&Snapshot::total>("total"),
    of_snapshot<&Snapshot::idle>("idle"),
    of_snapshot<&Snapshot::in_use>("in_use"),
    of_snapshot<&Snapshot::invalid>("invalid"),
    of_snapshot<&Snapshot::opening>("opening"),
    of_snapshot<&Snapshot::leases>("leases"),
    of_snapshot<&Snapshot::waiting>("waiting"),
    of_snapshot<&Snapshot::acquires>("acquires"),
    of_snapshot<&Snapshot::releases>("releases"),
    of_snapshot<&Snapshot::timeouts>("timeouts"),
    of_snapshot<&Snapshot::connects>("connects"),
    of_snapshot<&Snapshot::connect_failures>("connect_failures"),
    of_snapshot<&Snapshot::closes>("closes"),
    of_snapshot<&Snapshot::waits>("waits"),
};

constexpr std::array refusal_list{
    of_refusal<&Refusal::waited>("waited"),
    of_refusal<&Refusal::max_size>("max_size"),
    of_refusal<&Refusal::in_use>("in_use"),
    of_refusal<&Refusal::opening>("opening"),
    of_refusal<&Refusal::waiting>("waiting"),
    of_refusal<&Refusal::oldest_lease_age>("oldest_lease_age"),
    of_refusal<&Refusal::names_cause>("names_cause"),
};

}  // namespace

std::span<const Field<PoolConfig>> config_fields() noexcept {
  return config_list;
}
std::span<const Field<Capabilities>> capability_fields() noexcept {
  return capability_list;
}
std::span<const Field<Event>> event_fields() noexcept {
  return event_list;
}
std::span<const Field<Snapshot>> snapshot_fields() noexcept {
  return snapshot_list;
}
std::span<const Field<Refusal>> refusal_fields() noexcept {
  return refusal_list;
}

void print_string(std::string& out, std::string_view text) {
  out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace poolproof::sim
