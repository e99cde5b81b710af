// L13. Invalid connections are replaced, and each connect may fail.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(ConnectErrors, TellsAFailedConnectToItsCallerAndPassesTheSlotOn, ()) {
  keep_for_all(sim::LawId::connect_errors, {.often = {Kind::acquire, Kind::invalidate}});
}

}  // namespace
}  // namespace poolproof::property_tests
