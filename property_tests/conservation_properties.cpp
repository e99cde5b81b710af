// L3. Slots are lost where something goes wrong on the way: a fault, a timeout, a lease
// that is invalid.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Conservation, LosesNoSlotAndClosesEachSessionOnce, ()) {
  keep_for_all(sim::LawId::conservation,
               {.often = {Kind::acquire, Kind::invalidate, Kind::release}});
}

}  // namespace
}  // namespace poolproof::property_tests
