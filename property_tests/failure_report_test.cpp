// What a broken promise looks like to the one who has to mend it.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/property_tests/promise.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/explore/shrink.h>
#include <poolproof/subjects/broken/lossy_pool.h>
#include <poolproof/subjects/command_runner.h>

namespace poolproof::property_tests {
namespace {

using Kind = sim::Step::Kind;

const sim::SubjectEntry& lossy() {
  static const auto entry = sim::templated_subject<subjects::LossySubject>("lossy", "broken");
  return entry;
}

/// Only what the broken pool can do.
const Theme basics{.often = {Kind::acquire, Kind::acquire, Kind::release, Kind::sleep},
                   .has_others = false,
                   .has_bad_alloc = false,
                   .has_maintenance = false,
                   .has_shutdown = false};

/// The end of the property that no pool keeps which loses connections.
std::string broken_promise() {
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = 5'000;
  const auto result = rc::detail::checkTestable(
      [] { keep(sim::LawId::conservation, *rc::gen::noShrink(trials(basics)), lossy()); },
      rc::detail::TestMetadata{}, params);
  if (!result.is<rc::detail::FailureResult>()) return "";
  return result.get<rc::detail::FailureResult>().description;
}

std::string line_after(const std::string& text, const std::string& begin) {
  const auto at = text.find(begin);
  if (at == std::string::npos) return "";
  const auto from = at + begin.size();
  return text.substr(from, text.find('\n', from) - from);
}

class FailureReport : public testing::Test {
 protected:
  static void SetUpTestSuite() { report_ = broken_promise(); }

  static std::string token() { return line_after(report_, "replay with: poolproof replay "); }

  static inline std::string report_;
};

TEST_F(FailureReport, NamesTheLawAndShowsTheScenarioAsToml) {
  const auto token_read = sim::parse_token(token());

  ASSERT_TRUE(token_read.has_value()) << report_;
  EXPECT_NE(report_.find("L3 conservation: "), std::string::npos) << report_;
  EXPECT_NE(report_.find(sim::to_toml(token_read->scenario)), std::string::npos) << report_;
}

TEST_F(FailureReport, IsShrunkToTwoClientsAndFourOperations) {
  const auto token_read = sim::parse_token(token());

  ASSERT_TRUE(token_read.has_value()) << report_;
  const auto replayed = sim::replay(lossy(), token_read->scenario, token_read->schedule);
  const auto size = sim::size_of(lossy(), token_read->scenario, replayed.execution);
  EXPECT_LE(size.clients, 2U) << report_;
  EXPECT_LE(size.operations, 4U) << report_;
}

TEST_F(FailureReport, PrintsALineThatReplaysIt) {
  const subjects::Said said = subjects::run_command({&lossy(), 1}, {"replay", token()});

  EXPECT_EQ(said.code, sim::ExitCode::broken) << said.err;
  EXPECT_NE(said.out.find("L3 conservation"), std::string::npos) << said.out;
}

}  // namespace
}  // namespace poolproof::property_tests
