// L1. Leases that end twice, and ended ones that are used, are what a pool loses track by.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Exclusivity, GivesEachConnectionToOneHolderAtATime, ()) {
  keep_for_all(sim::LawId::exclusivity,
               {.often = {Kind::acquire, Kind::release, Kind::release_again, Kind::use_ended}});
}

}  // namespace
}  // namespace poolproof::property_tests
