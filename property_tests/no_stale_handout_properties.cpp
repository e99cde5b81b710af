// L9.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(NoStaleHandout, HandsOutNothingThatIsKnownToBeDead, ()) {
  keep_for_all(sim::LawId::no_stale_handout,
               {.often = {Kind::acquire, Kind::invalidate, Kind::evict_all, Kind::sleep}});
}

}  // namespace
}  // namespace poolproof::property_tests
