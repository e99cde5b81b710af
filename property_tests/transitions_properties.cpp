// L4, from what the pool tells its observer.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Transitions, TakesConnectionsThroughLegalStatesOnly, ()) {
  keep_for_all(sim::LawId::transitions,
               {.often = {Kind::acquire, Kind::release, Kind::health_check, Kind::evict_all}});
}

}  // namespace
}  // namespace poolproof::property_tests
