// Scenarios as TOML.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/texts.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(ScenarioFormat, ReadsBackWhatItPrints, ()) {
  const sim::Scenario scenario = *written_scenarios();
  RC_ASSERT(is_read_as(sim::Scenario::parse(sim::to_toml(scenario), "printed"), scenario));
}

RC_GTEST_PROP(ScenarioFormat, ReadsOrRefusesWithAPlaceWhatIsDamaged, ()) {
  read_well("scenario", *damaged(sim::to_toml(*written_scenarios())));
}

RC_GTEST_PROP(ScenarioFormat, ReadsOrRefusesWithAPlaceAnyBytes, ()) {
  read_well("scenario", *any_bytes());
}

}  // namespace
}  // namespace poolproof::property_tests
