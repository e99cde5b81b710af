// L17. Built where ThreadSanitizer looks on.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(DataRaces, HasNone, ()) {
  keep_for_all(sim::LawId::data_races);
}

}  // namespace
}  // namespace poolproof::property_tests
