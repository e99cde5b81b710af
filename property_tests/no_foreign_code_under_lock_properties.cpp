// L10.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(NoForeignCodeUnderLock, CallsClientsAndObserversWithoutItsLock, ()) {
  keep_for_all(sim::LawId::no_foreign_code_under_lock);
}

}  // namespace
}  // namespace poolproof::property_tests
