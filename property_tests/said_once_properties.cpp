// L19. What is told twice is counted twice, and what is told at every check is no news.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(SaidOnce, TellsTheObserverOnceForEachTime, ()) {
  keep_for_all(sim::LawId::said_once,
               {.often = {Kind::acquire, Kind::sleep, Kind::health_check, Kind::release}});
}

}  // namespace
}  // namespace poolproof::property_tests
