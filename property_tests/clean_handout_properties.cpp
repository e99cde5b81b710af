// L18. What a holder leaves behind is the pool's to take away, on every way back.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(CleanHandOut, LeavesNothingOfAnEarlierLease, ()) {
  keep_for_all(sim::LawId::clean_handout, {.often = {Kind::acquire, Kind::leave, Kind::release}});
}

}  // namespace
}  // namespace poolproof::property_tests
