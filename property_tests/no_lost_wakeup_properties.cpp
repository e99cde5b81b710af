// L5. More clients than connections, so that somebody always waits.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(NoLostWakeup, LetsNobodySleepBesideAFreeConnection, ()) {
  keep_for_all(sim::LawId::no_lost_wakeup,
               {.often = {Kind::acquire, Kind::release}, .clients_max = 5});
}

}  // namespace
}  // namespace poolproof::property_tests
