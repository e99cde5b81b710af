// Tokens, and the choices in them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/texts.h>
#include <poolproof/sim/cli/token.h>

namespace poolproof::property_tests {
namespace {

std::string any_token() {
  return sim::print_token("reference", *written_scenarios(), *written_schedules());
}

RC_GTEST_PROP(ChoicesFormat, ReadsBackWhatItPrints, ()) {
  const sim::Schedule schedule = *written_schedules();
  RC_ASSERT(is_read_as(sim::parse_choices(sim::print_choices(schedule)), schedule));
}

RC_GTEST_PROP(ChoicesFormat, ReadsOrRefusesWithAPlaceWhatIsDamaged, ()) {
  read_well("choices", *damaged(sim::print_choices(*written_schedules())));
}

RC_GTEST_PROP(TokenFormat, ReadsBackWhatItPrints, ()) {
  const sim::Scenario scenario = *written_scenarios();
  const sim::Schedule schedule = *written_schedules();
  const auto token = sim::parse_token(sim::print_token("reference", scenario, schedule));
  RC_ASSERT(token.has_value());
  RC_ASSERT(token->subject == "reference");
  RC_ASSERT(token->scenario == scenario);
  RC_ASSERT(token->schedule == schedule);
  RC_ASSERT(token->fingerprint == sim::fingerprint(schedule));
}

RC_GTEST_PROP(TokenFormat, RefusesALineInWhichOneCharacterWasChanged, ()) {
  std::string line = any_token();
  char& character = line[*rc::gen::inRange<std::size_t>(0, line.size())];
  const char other = *rc::gen::arbitrary<char>();
  RC_PRE(other != character);
  character = other;
  RC_ASSERT_FALSE(sim::parse_token(line).has_value());
}

RC_GTEST_PROP(TokenFormat, ReadsOrRefusesWithAPlaceWhatIsDamaged, ()) {
  read_well("token", *damaged(any_token()));
}

}  // namespace
}  // namespace poolproof::property_tests
