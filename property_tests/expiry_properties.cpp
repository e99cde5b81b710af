// L8. Connections grow old while their holders sleep.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Expiry, ClosesWhatIsTooOldAndNothingElse, ()) {
  keep_for_all(sim::LawId::expiry,
               {.often = {Kind::acquire, Kind::sleep, Kind::health_check, Kind::release},
                .has_bad_alloc = false});
}

}  // namespace
}  // namespace poolproof::property_tests
