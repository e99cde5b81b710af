// Schedules that have failed once. The reference pool goes through each as far as it fits, because
// what was wrong in one pool may become wrong in another.
#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <poolproof/property_tests/promise.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/engine/schedule.h>

namespace poolproof::property_tests {
namespace {

struct Regression {
  std::string_view was_wrong;  ///< the pool, or the mutant of ours, and what it did
  std::string_view token;
};

void PrintTo(const Regression& regression, std::ostream* out) {
  *out << regression.was_wrong;
}

/// Does what the schedule says where it fits, and something where it does not.
class AsFarAsItFits final : public sim::Strategy {
 public:
  explicit AsFarAsItFits(sim::Schedule schedule) : schedule_(std::move(schedule)) {}

  void begin(std::uint64_t) override { next_ = 0; }
  std::uint32_t choose(const sim::ChoicePoint& point) override {
    return next_ < schedule_.size() ? schedule_[next_++].chosen % point.options : 0;
  }

 private:
  sim::Schedule schedule_;
  std::size_t next_ = 0;
};

constexpr auto regressions = std::to_array<Regression>({
    {"the reference pool let bad_alloc out of a resize that had something to warn of",
     "pp1:reference:=bmFtZSA9ICJyZXNpemUtd2l0aC1hLXdhcm5pbmciCnRpbWUgPSAicGF0aWVudCIKC"
     "ltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCm1heF9saWZldGltZSA9ICIxbXMiCgpbW2Nsa"
     "WVudHNdXQpzdGVwcyA9IFsicmVzaXplIDAgMSJdCgpbZmF1bHRzXQpwbGFuID0gImFsbG9jYXRpb24gM"
     "iBmYWlscyIK::dee3ca889b342ec7"},
    {"lossy loses what it hands to a waiter whose time is up",
     "pp1:lossy:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCgpbcG9vbF0KbWluX3Npe"
     "mUgPSAwCm1heF9zaXplID0gMQoKW1tjbGllbnRzXV0KY291bnQgPSAyCnN0ZXBzID0gWyJhY3F1aXJlI"
     "DFtcyJdCg:A.4.BA.5.BAAA:334fa0d5becad327"},
    {"zoo-if-not-while takes a wake-up for a promise (L7)",
     "pp1:zoo-if-not-while:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCnRpbWUgPS"
     "AicGF0aWVudCIKCltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCgpbW2NsaWVudHNdXQpzdG"
     "VwcyA9IFsiYWNxdWlyZSAxbXMiLCAicmVsZWFzZSIsICJhY3F1aXJlIDFtcyJdCgpbW2NsaWVudHNdXQ"
     "pzdGVwcyA9IFsiYWNxdWlyZSAxbXMiXQo:A.8.BAABA:003b93275a2f53ed"},
    {"zoo-permit-leak a failed connect keeps its permit (L3)",
     "pp1:zoo-permit-leak:=bmFtZSA9ICJhbGwtY29ubmVjdHMtZmFpbC1zaHJ1bmsiCnRpbWUgPSAicGF"
     "0aWVudCIKCltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCgpbW2NsaWVudHNdXQpzdGVwcyA"
     "9IFsiYWNxdWlyZSAxbXMiXQoKW2ZhdWx0c10KcGxhbiA9ICJjb25uZWN0IDEgZmFpbHMiCg::dee3ca8"
     "809349053"},
    {"zoo-untagged-stack the same without tags, ABA (L1)",
     "pp1:zoo-untagged-stack:=bmFtZSA9ICJidXN5LWNyb3dkLXNocnVuayIKdGltZSA9ICJwYXRpZW50"
     "IgoKW3Bvb2xdCm1pbl9zaXplID0gMAptYXhfc2l6ZSA9IDIKCltbY2xpZW50c11dCmNvdW50ID0gMwpz"
     "dGVwcyA9IFsiYWNxdWlyZSAxbXMiXQo:AIJI.9.JI.5.KI.6.KI.6.BA.9.:601768efdd0a720c"},
    {"zoo-abandoned-ticket a timed-out ticket blocks those behind it (L5)",
     "pp1:zoo-abandoned-ticket:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCgpbcG"
     "9vbF0KbWluX3NpemUgPSAwCm1heF9zaXplID0gMQoKW1tjbGllbnRzXV0KY291bnQgPSAyCnN0ZXBzID"
     "0gWyJhY3F1aXJlIDFtcyJdCg:ABAAABAABAAA:242c8e37673b243c"},
    {"zoo-shard-sleep a waiter hears only its own shard (L5)",
     "pp1:zoo-shard-sleep:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCnRpbWUgPSA"
     "icGF0aWVudCIKCltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCgpbW2NsaWVudHNdXQpjb3V"
     "udCA9IDIKc3RlcHMgPSBbImFjcXVpcmUgMW1zIl0K:ABA.11.BA.11.:5443dff90a9127d5"},
    {"zoo-actor-forgets serves those who have given up (L3)",
     "pp1:zoo-actor-forgets:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCgpbcG9vb"
     "F0KbWluX3NpemUgPSAwCm1heF9zaXplID0gMQoKW1tjbGllbnRzXV0Kc3RlcHMgPSBbImFjcXVpcmUgM"
     "W1zIl0K:A.6.BA.13.:4202b07803f8e910"},
    {"zoo-thread-cache a thread keeps what it gives back (L5)",
     "pp1:zoo-thread-cache:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCnRpbWUgPS"
     "AicGF0aWVudCIKCltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCgpbW2NsaWVudHNdXQpzdG"
     "VwcyA9IFsiYWNxdWlyZSAxbXMiXQo::dee3ca88c1f60dd0"},
    {"zoo-optimistic-counter checks, then counts (L2)",
     "pp1:zoo-optimistic-counter:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCnRp"
     "bWUgPSAicGF0aWVudCIKCltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCgpbW2NsaWVudHNd"
     "XQpjb3VudCA9IDIKc3RlcHMgPSBbImFjcXVpcmUgMW1zIl0K:A.5.BA.11.:7c070642f0ddcaf6"},
    {"zoo-unlocked-close closes without the lock (L12)",
     "pp1:zoo-unlocked-close:=bmFtZSA9ICJjbG9zZS1kdXJpbmctcmVzZXQtc2hydW5rIgp0aW1lID0g"
     "InBhdGllbnQiCgpbcG9vbF0KbWluX3NpemUgPSAwCm1heF9zaXplID0gMQoKW1tjbGllbnRzXV0KbmFt"
     "ZSA9ICJ1c2VyIgpjb3VudCA9IDIKc3RlcHMgPSBbImFjcXVpcmUgMW1zIl0KCltbY2xpZW50c11dCm5h"
     "bWUgPSAiY2xvc2VyIgpzdGVwcyA9IFsiY2xvc2UiXQo:AI.8.JIIIKIIA.5.:1e6d601aeb00c1b4"},
    {"zoo-try-then-sleep does not look again before it sleeps (L5)",
     "pp1:zoo-try-then-sleep:=bmFtZSA9ICJhZ2VkLWJlZm9yZS1oYW5kLW91dC1zaHJ1bmsiCnRpbWUg"
     "PSAicGF0aWVudCIKCltwb29sXQptaW5fc2l6ZSA9IDAKbWF4X3NpemUgPSAxCgpbW2NsaWVudHNdXQpj"
     "b3VudCA9IDIKc3RlcHMgPSBbImFjcXVpcmUgMW1zIl0K:A.8.BABAAA:9b96c3d94a17972c"},
});

class Regressions : public testing::TestWithParam<Regression> {};

TEST_P(Regressions, HoldInTheReferencePool) {
  const auto token = sim::parse_token(GetParam().token);
  ASSERT_TRUE(token.has_value()) << token.error();
  sim::Simulation simulation(pool_under_test(), token->scenario);
  AsFarAsItFits strategy(token->schedule);

  strategy.begin(0);
  simulation.run(strategy);

  for (const sim::Violation& violation : simulation.violations())
    ADD_FAILURE() << sim::law(violation.law).label << " " << violation.sentence;
}

INSTANTIATE_TEST_SUITE_P(Schedule, Regressions, testing::ValuesIn(regressions));

}  // namespace
}  // namespace poolproof::property_tests
