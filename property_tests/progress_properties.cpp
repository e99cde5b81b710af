// L14.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(Progress, EndsEveryOperationWhoseClientCallsReturn, ()) {
  keep_for_all(sim::LawId::progress);
}

}  // namespace
}  // namespace poolproof::property_tests
