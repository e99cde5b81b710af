// L15. Up to four clients: with more, judging is more often given up.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

RC_GTEST_PROP(Linearizability, AnswersAsAPoolOfTokensWould, ()) {
  keep_for_all(sim::LawId::linearizability,
               {.often = {Kind::acquire, Kind::try_acquire, Kind::release}, .clients_max = 4});
}

}  // namespace
}  // namespace poolproof::property_tests
