// Histories as JSON lines, and how far an exhaustive search has come.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/metamorphic.h>
#include <poolproof/property_tests/texts.h>
#include <poolproof/sim/explore/exhaustive_search.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/judge/history_json.h>

namespace poolproof::property_tests {
namespace {

/// Of a small execution: short lines are damaged in more telling places.
sim::History any_history() {
  const Trial trial = *trials({.clients_max = 3, .steps_max = 4});
  sim::RandomWalk walk(trial.seed);
  return run(trial.scenario, walk);
}

RC_GTEST_PROP(HistoryFormat, ReadsBackWhatItPrints, ()) {
  const sim::History history = any_history();
  RC_ASSERT(is_read_as(sim::parse_history(print(history)), history));
}

RC_GTEST_PROP(HistoryFormat, ReadsOrRefusesWithAPlaceWhatIsDamaged, ()) {
  read_well("history", *damaged(print(any_history())));
}

RC_GTEST_PROP(HistoryFormat, ReadsOrRefusesWithAPlaceAnyBytes, ()) {
  read_well("history", *any_bytes());
}

/// How far a search of some scenario might have come.
sim::ExhaustiveState any_state() {
  const Trial trial = *trials({.has_maintenance = false, .clients_max = 2, .steps_max = 3});
  const auto branches = *rc::gen::inRange<std::size_t>(1, 20);
  return {.executions = *rc::gen::arbitrary<std::uint64_t>(),
          .redundant = *rc::gen::arbitrary<std::uint64_t>(),
          .is_cut = *rc::gen::arbitrary<bool>(),
          .weight_left = *rc::gen::inRange(0, 1001) / 1000.0,
          .bound = *rc::gen::inRange(0U, 10U),
          .left = sim::split(pool_under_test(), trial.scenario, {}, branches)};
}

constexpr std::uint32_t fingerprint = 7;  // as in formats.cpp

RC_GTEST_PROP(SearchStateFormat, ReadsBackWhatItPrints, ()) {
  const sim::ExhaustiveState state = any_state();
  const auto read = sim::parse_exhaustive_state(print(state, fingerprint), fingerprint);
  if (!read) RC_FAIL(read.error());
  RC_ASSERT(is_read_as(read, state));
}

RC_GTEST_PROP(SearchStateFormat, ReadsOrRefusesWhatIsDamaged, ()) {
  read_well("search-state", *damaged(print(any_state(), fingerprint)));
}

RC_GTEST_PROP(SearchStateFormat, RefusesWhatIsCutShort, ()) {
  const std::string whole = print(any_state(), fingerprint);
  const auto cut = *rc::gen::inRange<std::size_t>(0, whole.find_last_of(' '));
  RC_ASSERT_FALSE(sim::parse_exhaustive_state(whole.substr(0, cut), fingerprint).has_value());
}

}  // namespace
}  // namespace poolproof::property_tests
