// L22. An operation that nothing hinders and that does nothing breaks no other law.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(DueEffect, DoesWhatItIsAsked, ()) {
  keep_for_all(sim::LawId::due_effect, {.often = {Kind::acquire, Kind::evict_all, Kind::invalidate,
                                                  Kind::resize, Kind::drain}});
}

}  // namespace
}  // namespace poolproof::property_tests
