// L11. Snapshots beside everything else.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Metrics, CountsWhatHappened, ()) {
  keep_for_all(sim::LawId::metrics, {.often = {Kind::acquire, Kind::metrics, Kind::release}});
}

}  // namespace
}  // namespace poolproof::property_tests
