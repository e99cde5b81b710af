#include <poolproof/property_tests/formats.h>

#include <algorithm>
#include <array>
#include <expected>

#include <fmt/format.h>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/explore/exhaustive_search.h>
#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::property_tests {
namespace {

constexpr std::size_t sentence_max = 2'000;  // bytes

/// `text` after `begin` and a number; nothing when it does not begin so.
bool begins_with_number(std::string_view text, std::string_view begin, std::string_view end) {
  if (!text.starts_with(begin)) return false;
  text.remove_prefix(begin.size());
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 0 && text.substr(digits).starts_with(end);
}

std::string about_error(const std::string& error, bool has_place) {
  if (!has_place) return "an error without a place: " + error;
  if (error.size() > sentence_max) return fmt::format("an error of {} bytes", error.size());
  if (error.find('\n') != std::string::npos) return "an error of several lines: " + error;
  return "";
}

/// `read` is what was made of some bytes; `print` and `parse` are there and back.
template <class Value, class Print, class Parse>
std::string about_value(const Value& read, Print print, Parse parse) {
  const std::string printed = print(read);
  const std::expected<Value, std::string> again = parse(printed);
  if (!again) return fmt::format("prints what it refuses ({}): {}", again.error(), printed);
  if (!(*again == read)) return "reads something else from what it printed: " + printed;
  return "";
}

std::string about_scenario(std::string_view bytes) {
  const auto parse = [](std::string_view text) { return sim::Scenario::parse(text, "bytes"); };
  const auto read = parse(bytes);
  if (!read) return about_error(read.error(), begins_with_number(read.error(), "bytes:", ": "));
  return about_value(*read, &sim::to_toml, parse);
}

std::string about_fault_plan(std::string_view bytes) {
  const auto read = mocks::FaultPlan::parse(bytes);
  if (!read) {
    return about_error(read.error(),
                       begins_with_number(read.error(), "fault plan, character ", ": "));
  }
  return about_value(
      *read, [](const mocks::FaultPlan& plan) { return to_string(plan); },
      &mocks::FaultPlan::parse);
}

/// A duration is a word: its place is itself.
std::string about_duration(std::string_view bytes) {
  const auto read = mocks::parse_duration(bytes);
  if (!read) return about_error(read.error(), read.error().starts_with('"'));
  return about_value(*read, &mocks::print_duration, &mocks::parse_duration);
}

std::string about_choices(std::string_view bytes) {
  const auto read = sim::parse_choices(bytes);
  if (!read)
    return about_error(read.error(), begins_with_number(read.error(), "character ", ": "));
  constexpr std::size_t compared_max = 10'000;  // A dozen bytes may stand for millions.
  if (read->size() > compared_max) return "";
  return about_value(*read, &sim::print_choices, &sim::parse_choices);
}

/// The line is summed up, so damage is only ever refused; what is whole comes back as it was.
std::string about_token(std::string_view bytes) {
  const auto read = sim::parse_token(bytes);
  if (!read) return about_error(read.error(), read.error().starts_with("token: "));
  const std::string printed = sim::print_token(read->subject, read->scenario, read->schedule);
  const auto again = sim::parse_token(printed);
  if (!again) return fmt::format("prints what it refuses ({}): {}", again.error(), printed);
  const bool is_same = again->subject == read->subject && again->scenario == read->scenario &&
                       again->schedule == read->schedule;
  return is_same ? "" : "reads something else from what it printed: " + printed;
}

std::string about_history(std::string_view bytes) {
  const auto parse = [](std::string_view text) { return sim::parse_history(text); };
  const auto read = parse(bytes);
  if (!read) return about_error(read.error(), begins_with_number(read.error(), "line ", ": "));
  return about_value(
      *read, [](const sim::History& history) { return print(history); }, parse);
}

constexpr std::uint32_t search_fingerprint = 7;

/// Nobody edits one by hand, so there is a sentence and no place.
std::string about_search_state(std::string_view bytes) {
  const auto parse = [](std::string_view text) {
    return sim::parse_exhaustive_state(text, search_fingerprint);
  };
  const auto read = parse(bytes);
  if (!read) return about_error(read.error(), !read.error().empty());
  return about_value(
      *read, [](const sim::ExhaustiveState& state) { return print(state, search_fingerprint); },
      parse);
}

constexpr std::array all{Format{"scenario", &about_scenario},
                         Format{"fault-plan", &about_fault_plan},
                         Format{"duration", &about_duration},
                         Format{"choices", &about_choices},
                         Format{"token", &about_token},
                         Format{"history", &about_history},
                         Format{"search-state", &about_search_state}};

}  // namespace

std::span<const Format> formats() noexcept {
  return all;
}

const Format& format(std::string_view name) {
  const auto* const found = std::ranges::find(all, name, &Format::name);
  ensure(found != all.end());
  return *found;
}

}  // namespace poolproof::property_tests
