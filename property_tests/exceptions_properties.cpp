// L16. Clients that throw and allocations that fail.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Exceptions, LetsNoExceptionOut, ()) {
  keep_for_all(sim::LawId::exceptions, {.often = {Kind::acquire, Kind::resize, Kind::release}});
}

}  // namespace
}  // namespace poolproof::property_tests
