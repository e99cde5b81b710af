#include <poolproof/drivers/configured_database.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/pool/knobs.h>
#include <poolproof/drivers/open_database.h>
#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/drivers/sqlite/sqlite_client.h>

namespace poolproof {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr std::string_view prefix = "POOLPROOF_";

template <auto member>
constexpr auto of_postgres = knob<PostgresOptions, member>;
template <auto member>
constexpr auto of_sqlite = knob<SqliteOptions, member>;

// Not constexpr: before g++ 13 no constant has a std::string in it.
std::span<const Knob<PostgresOptions>> knobs_of(const PostgresOptions&) {
  static const std::array knobs{
      of_postgres<&PostgresOptions::statement_timeout>("statement_timeout"),
      of_postgres<&PostgresOptions::call_timeout>("call_timeout"),
      of_postgres<&PostgresOptions::cancel_grace>("cancel_grace"),
      of_postgres<&PostgresOptions::statements_max>("statements_max"),
  };
  return knobs;
}

std::span<const Knob<SqliteOptions>> knobs_of(const SqliteOptions&) {
  static const std::array knobs{
      of_sqlite<&SqliteOptions::statement_timeout>("statement_timeout"),
      of_sqlite<&SqliteOptions::busy_timeout>("busy_timeout"),
      of_sqlite<&SqliteOptions::statements_max>("statements_max"),
      of_sqlite<&SqliteOptions::uses_wal>("uses_wal"),
      of_sqlite<&SqliteOptions::queues_writers>("queues_writers"),
      of_sqlite<&SqliteOptions::is_read_only>("is_read_only"),
  };
  return knobs;
}

struct Setting {
  std::string place;
  std::string name;
  std::string value;
};

std::string variable_of(std::string_view knob) {
  std::string name(prefix);
  for (const char c : knob)
    name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::optional<unsigned> hexadecimal(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

std::string without_percent_signs(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto high = text[at] == '%' && at + 2 < text.size() ? hexadecimal(text[at + 1])
                                                              : std::optional<unsigned>();
    const auto low = high ? hexadecimal(text[at + 2]) : std::optional<unsigned>();
    decoded += low ? static_cast<char>(*high * 16 + *low) : text[at];
    if (low) at += 2;
  }
  return decoded;
}

/// An address and what stands behind its question mark.
struct SplitAddress {
  std::string rest;  ///< the address, with what nobody here knows
  std::vector<Setting> settings;
};

/// As libpq finds it, which takes a '?' in front of the '@' for a part of the password.
std::size_t end_of_password(const std::string& address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string::npos) return 0;
  const std::size_t found = address.find_first_of("@/", scheme + 3);
  return found != std::string::npos && address[found] == '@' ? found : 0;
}

template <class IsKnown>
SplitAddress split(const std::string& address, IsKnown is_known) {
  const std::size_t mark = std::min(address.find('?', end_of_password(address)), address.size());
  SplitAddress found{.rest = address.substr(0, mark), .settings = {}};
  std::string_view query = std::string_view(address).substr(std::min(mark + 1, address.size()));
  char before = '?';
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    if (!is_known(name)) {
      found.rest.append(1, before).append(part);
      before = '&';
      continue;
    }
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    found.settings.push_back(
        {"the address's query", std::string(name), without_percent_signs(value)});
  }
  return found;
}

/// Takes settings one after the other, and remembers where each knob's value came from.
template <class Options>
class Configuration {
 public:
  Configuration(Options options, const PoolConfig& usual)
      : options_(std::move(options)), pool_(usual), knobs_(knobs_of(options_)) {}

  [[nodiscard]] bool is_known(std::string_view name) const {
    return find_knob(pool_knobs(), name) != nullptr || find_knob(knobs_, name) != nullptr;
  }

  void read(const Environment& environment) {
    const auto look_for = [&](std::string_view name) {
      const std::string variable = variable_of(name);
      if (const char* const value = environment(variable.c_str()); value != nullptr)
        set({"the environment's " + variable, std::string(name), value});
    };
    for (const auto& one : pool_knobs())
      look_for(one.name);
    for (const auto& one : knobs_)
      look_for(one.name);
  }

  void set(const Setting& setting) {
    places_[setting.name] = setting.place;
    if (const auto* of_pool = find_knob(pool_knobs(), setting.name))
      note(set_knob(pool_, *of_pool, setting.value));
    if (const auto* of_driver = find_knob(knobs_, setting.name))
      note(set_knob(options_, *of_driver, setting.value));
  }

  /// The first thing that is wrong.
  [[nodiscard]] std::optional<std::string> mistake() const {
    if (mistake_) return mistake_;
    std::optional<std::string> first;
    for (const ConfigProblem& problem : pool_.validate()) {
      if (problem.severity != ConfigProblem::Severity::error) continue;
      if (places_.contains(problem.field)) return sentence(problem);
      if (!first) first = sentence(problem);
    }
    return first;
  }

  [[nodiscard]] Options& options() noexcept { return options_; }
  [[nodiscard]] const PoolConfig& pool() const noexcept { return pool_; }

 private:
  void note(const std::expected<void, ConfigProblem>& set) {
    if (!set && !mistake_) mistake_ = sentence(set.error());
  }
  [[nodiscard]] std::string sentence(const ConfigProblem& problem) const {
    const auto found = places_.find(problem.field);
    if (found != places_.end()) return found->second + ": " + problem.message();
    for (const auto& [knob, place] : places_) {  // Or one that does not go with it.
      if (problem.rule.find(knob) != std::string::npos) return place + ": " + problem.message();
    }
    return "the program's own default: " + problem.message();
  }

  Options options_;
  PoolConfig pool_;
  const std::span<const Knob<Options>> knobs_;
  std::map<std::string, std::string> places_;  // of each knob that was set
  std::optional<std::string> mistake_;
};

template <class Options>
std::expected<ConfiguredDatabase, std::string> configured(
    const std::string& address, Configuration<Options> configuration,
    const Environment& environment,
    const std::function<std::unique_ptr<DbClientFactory>(const std::string&, Options&)>& open) {
  const SplitAddress split_address =
      split(address, [&](std::string_view name) { return configuration.is_known(name); });
  configuration.read(environment);
  for (const Setting& setting : split_address.settings)
    configuration.set(setting);
  if (auto mistake = configuration.mistake()) return std::unexpected(std::move(*mistake));
  try {
    auto factory = open(split_address.rest, configuration.options());
    return ConfiguredDatabase{.factory = std::move(factory), .pool = configuration.pool()};
  } catch (const std::invalid_argument& refused) {
    return std::unexpected(refused.what());
  }
}

std::unique_ptr<DbClientFactory> open_sqlite(const std::string& address, SqliteOptions& options,
                                             Clock& clock) {
  const std::string path = address.substr(sqlite_scheme.size());
  const std::size_t mark = path.find('?');
  if (mark != std::string::npos && !path.starts_with("file:")) {
    const std::string name = path.substr(mark + 1, path.find_first_of("=&", mark) - mark - 1);
    throw std::invalid_argument("the address's query: " + name +
                                ": must be the name of a knob of PoolConfig or SqliteOptions");
  }
  if (path.empty())
    throw std::invalid_argument("the address of a database in SQLite ends with its path");
  options.path = path;
  return std::make_unique<SqliteFactory>(options, clock);
}

}  // namespace

std::expected<ConfiguredDatabase, std::string> configured_database(
    const std::string& address, Clock& clock, const PoolConfig& usual,
    const Environment& environment) {
  if (address.empty()) {
    const char* const from_outside = environment("POOLPROOF_ADDRESS");
    if (from_outside == nullptr || *from_outside == '\0')
      return std::unexpected("there is no address: give one, or set POOLPROOF_ADDRESS");
    return configured_database(from_outside, clock, usual, environment);
  }
  if (address.starts_with(sqlite_scheme)) {
    return configured<SqliteOptions>(address, {SqliteOptions{}, usual}, environment,
                                     [&](const std::string& rest, SqliteOptions& options) {
                                       return open_sqlite(rest, options, clock);
                                     });
  }
  return configured<PostgresOptions>(
      address, {PostgresOptions{}, usual}, environment,
      [&](const std::string& rest, PostgresOptions& options) -> std::unique_ptr<DbClientFactory> {
        if (!rest.starts_with("postgresql://") && !rest.starts_with("postgres://"))
          return open_database(rest, clock);  // Which refuses it.
        options.address = rest;
        return std::make_unique<PostgresFactory>(options, clock);
      });
}

}  // namespace poolproof
