// L7. Sleeping holders make the others run out of time.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Timeouts, EndsNoWaitTooEarlyAndNoneTooLate, ()) {
  keep_for_all(sim::LawId::timeouts, {.often = {Kind::acquire, Kind::sleep, Kind::drain}});
}

}  // namespace
}  // namespace poolproof::property_tests
