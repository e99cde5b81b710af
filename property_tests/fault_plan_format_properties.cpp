// Fault plans, and the durations in them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/texts.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(DurationFormat, ReadsBackWhatItPrints, ()) {
  const Duration duration = *written_durations();
  RC_ASSERT(is_read_as(mocks::parse_duration(mocks::print_duration(duration)), duration));
}

RC_GTEST_PROP(DurationFormat, ReadsOrRefusesWhatIsDamaged, ()) {
  read_well("duration", *damaged(mocks::print_duration(*written_durations())));
}

RC_GTEST_PROP(FaultPlanFormat, ReadsBackWhatItPrints, ()) {
  const mocks::FaultPlan plan = *written_fault_plans();
  RC_ASSERT(is_read_as(mocks::FaultPlan::parse(to_string(plan)), plan));
}

RC_GTEST_PROP(FaultPlanFormat, ReadsOrRefusesWithAPlaceWhatIsDamaged, ()) {
  read_well("fault-plan", *damaged(to_string(*written_fault_plans())));
}

RC_GTEST_PROP(FaultPlanFormat, ReadsOrRefusesWithAPlaceAnyBytes, ()) {
  read_well("fault-plan", *any_bytes());
}

}  // namespace
}  // namespace poolproof::property_tests
