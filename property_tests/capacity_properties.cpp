// L2. Whoever opens must be counted: callers, the health check, a pool that grows.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Capacity, NeverOpensMoreThanMaxSize, ()) {
  keep_for_all(sim::LawId::capacity,
               {.often = {Kind::acquire, Kind::try_acquire, Kind::ensure_min_size, Kind::resize}});
}

}  // namespace
}  // namespace poolproof::property_tests
