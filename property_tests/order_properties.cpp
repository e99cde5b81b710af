// L6. Newcomers who do not wait are the ones that could overtake.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Order, ServesWaitersInOrderOfArrival, ()) {
  keep_for_all(sim::LawId::order, {.often = {Kind::acquire, Kind::try_acquire, Kind::release}});
}

}  // namespace
}  // namespace poolproof::property_tests
