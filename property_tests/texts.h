#pragma once
// Texts to be read: printed from generated values, damaged, or made of nothing.

#include <expected>
#include <string>

#include <rapidcheck.h>

#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/engine/schedule.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::property_tests {

/// Any that can be written down: up to 100 years, or for ever.
rc::Gen<Duration> written_durations();
rc::Gen<mocks::FaultPlan> written_fault_plans();
/// Any that its own rules allow, sensible or not.
rc::Gen<sim::Scenario> written_scenarios();
rc::Gen<sim::Schedule> written_schedules();

/// `text` with one to four bytes or stretches changed, lost, doubled, or moved in from elsewhere.
rc::Gen<std::string> damaged(std::string text);
rc::Gen<std::string> any_bytes();

/// Whether `read` is `value`, and not an error.
template <class Value>
bool is_read_as(const std::expected<Value, std::string>& read, const Value& value) {
  return read.has_value() && *read == value;
}

/// Fails the current case unless the format of that name keeps its promises for `bytes`.
void read_well(std::string_view format, const std::string& bytes);

}  // namespace poolproof::property_tests
