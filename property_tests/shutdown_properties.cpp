// L12. Closed at any moment: while others wait, connect, reset.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Shutdown, LeavesNoSessionOpenAndNobodyWaiting, ()) {
  keep_for_all(sim::LawId::shutdown, {.often = {Kind::acquire, Kind::close, Kind::drain}});
}

}  // namespace
}  // namespace poolproof::property_tests
