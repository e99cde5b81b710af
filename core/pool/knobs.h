#pragma once
// Knobs by their names, set by texts: for what a program learns of its configuration from outside,
// such as an address or the environment. drivers/configured_database.h reads both.

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/pool_config.h>

namespace poolproof {

/// How a text is read as a knob's value. False, and nothing has changed: it is none.
bool read_knob(std::string_view text, Duration& value);
bool read_knob(std::string_view text, bool& value);
bool read_knob(std::string_view text, MisuseChecks& value);
template <std::unsigned_integral Count>
bool read_knob(std::string_view text, Count& value) {
  Count read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  value = read;
  return true;
}

/// What a text must be to be read so.
constexpr std::string_view knob_rule(const Duration&) {
  return "must be a duration: a whole number and ns, us, ms, s, min or h, as in 500ms, or 0";
}
constexpr std::string_view knob_rule(const bool&) {
  return "must be true or false";
}
constexpr std::string_view knob_rule(const MisuseChecks&) {
  return "must be as_built, off or on";
}
constexpr std::string_view knob_rule(const std::unsigned_integral auto&) {
  return "must be a whole number, not negative";
}

/// One knob of `Config` that a text can set.
template <class Config>
struct Knob {
  std::string_view name;  ///< that of the field
  std::string_view rule;
  bool (*read)(std::string_view text, Config& config);
};

/// The knob that is the field `member`.
template <class Config, auto member>
constexpr Knob<Config> knob(std::string_view name) {
  return {name, knob_rule(Config{}.*member),
          [](std::string_view text, Config& config) { return read_knob(text, config.*member); }};
}

/// Of PoolConfig: all but error_policy, which is a function.
std::span<const Knob<PoolConfig>> pool_knobs() noexcept;

/// Null: no knob is called so.
template <class Config>
const Knob<Config>* find_knob(std::span<const Knob<Config>> knobs, std::string_view name) {
  for (const Knob<Config>& one : knobs) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

/// Errors: that the text is none for this knob. What several knobs must be together, and whether a
/// number is too large, is for PoolConfig::validate() to say.
template <class Config>
std::expected<void, ConfigProblem> set_knob(Config& config, const Knob<Config>& knob,
                                            std::string_view text) {
  if (knob.read(text, config)) return {};
  return std::unexpected(ConfigProblem{.field = std::string(knob.name),
                                       .value = '"' + std::string(text) + '"',
                                       .rule = std::string(knob.rule)});
}

}  // namespace poolproof
