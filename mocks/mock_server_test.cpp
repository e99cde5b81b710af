#include <poolproof/mocks/mock_server.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace poolproof::mocks {
namespace {

using namespace std::chrono_literals;
using Ending = Verdict::Ending;

/// Answers always the same and notes what it was asked.
class FixedChance final : public Chance {
 public:
  explicit FixedChance(bool answer) : answer_(answer) {}
  bool happens(std::uint32_t numerator, std::uint32_t denominator) override {
    asked.emplace_back(numerator, denominator);
    return answer_;
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> asked;

 private:
  bool answer_;
};

FaultPlan plan_of(std::string_view text) {
  return FaultPlan::parse(text).value();
}

/// The verdict over call `ordinal` of kind ping, made at 1 s.
Verdict ping_verdict(std::string_view text, std::uint32_t ordinal) {
  FixedChance never(false);
  return verdict_of(plan_of(text), ClientCall::ping, ordinal, Instant(1s), never);
}

TEST(MockServer, LetsAFaultStrikeUntilItsEndOnly) {
  const FaultPlan plan = plan_of("connect fails until 5ms; connect takes 2ms");
  FixedChance never(false);

  const Verdict before = verdict_of(plan, ClientCall::connect, 1, Instant(4ms), never);
  const Verdict after = verdict_of(plan, ClientCall::connect, 2, Instant(5ms), never);

  EXPECT_EQ(before.ending, Ending::fails);
  EXPECT_EQ(after.ending, Ending::ok);
  EXPECT_EQ(after.wake, Instant(7ms));
}

TEST(MockServer, LetsUnplannedCallsPass) {
  const Verdict verdict = ping_verdict("connect fails; reset takes 5ms", 1);

  EXPECT_EQ(verdict.ending, Ending::ok);
  EXPECT_EQ(verdict.wake, Instant::min());
  EXPECT_EQ(verdict.ordinal, 1U);
}

TEST(MockServer, SelectsByTheCallsNumber) {
  EXPECT_EQ(ping_verdict("ping fails", 7).ending, Ending::fails);

  EXPECT_EQ(ping_verdict("ping 2 fails", 1).ending, Ending::ok);
  EXPECT_EQ(ping_verdict("ping 2 fails", 2).ending, Ending::fails);
  EXPECT_EQ(ping_verdict("ping 2 fails", 3).ending, Ending::ok);

  EXPECT_EQ(ping_verdict("ping 2+ throws", 1).ending, Ending::ok);
  EXPECT_EQ(ping_verdict("ping 2+ throws", 3).ending, Ending::throws);
}

TEST(MockServer, AsksChanceForItsFaultsAndDoesAsItSays) {
  const FaultPlan plan = plan_of("ping 1/10 fails");
  FixedChance yes(true);
  FixedChance no(false);

  EXPECT_EQ(verdict_of(plan, ClientCall::ping, 1, Instant(0s), yes).ending, Ending::fails);
  EXPECT_EQ(verdict_of(plan, ClientCall::ping, 1, Instant(0s), no).ending, Ending::ok);

  const std::vector<std::pair<std::uint32_t, std::uint32_t>> once{{1, 10}};
  EXPECT_EQ(yes.asked, once);
}

TEST(MockServer, AsksNoChanceThatCannotMatterAnyMore) {
  const FaultPlan plan = plan_of("ping fails; ping 1/10 throws; ping 1/5 takes 1ms");
  FixedChance yes(true);

  EXPECT_EQ(verdict_of(plan, ClientCall::ping, 1, Instant(0s), yes).ending, Ending::fails);

  const std::vector<std::pair<std::uint32_t, std::uint32_t>> only_the_delay{{1, 5}};
  EXPECT_EQ(yes.asked, only_the_delay);
}

TEST(MockServer, AddsUpTimesAndLetsTheFirstEndingWin) {
  const Verdict verdict =
      ping_verdict("ping throws; ping takes 5ms; ping fails; ping 1 takes 2ms", 1);

  EXPECT_EQ(verdict.ending, Ending::throws);
  EXPECT_EQ(verdict.wake, Instant(1s + 7ms));
}

TEST(MockServer, HangsUntilAnInstantOrNotAtAllWhenItHasPassed) {
  EXPECT_EQ(ping_verdict("ping hangs until 3s", 1).wake, Instant(3s));
  EXPECT_LE(ping_verdict("ping hangs until 500ms", 1).wake, Instant(1s));
  EXPECT_EQ(ping_verdict("ping takes never; ping takes 1s", 1).wake, Instant::max());
  EXPECT_EQ(ping_verdict("ping hangs until 3s; ping takes 1s", 1).wake, Instant(4s));
}

TEST(MockServer, RestartsKillWhatWasOpenedBefore) {
  const FaultPlan plan = plan_of("server restarts at 2s; server restarts at 4s");

  EXPECT_EQ(restart_between(plan, Instant(1s), Instant(2s - 1ns)), std::nullopt);
  EXPECT_EQ(restart_between(plan, Instant(1s), Instant(2s)), Duration(2s));
  EXPECT_EQ(restart_between(plan, Instant(2s), Instant(3s)), std::nullopt);
  EXPECT_EQ(restart_between(plan, Instant(2s), Instant(9s)), Duration(4s));
}

TEST(MockServer, CountsCallsOfEachKindFromOne) {
  const FaultPlan plan = plan_of("ping fails");
  MockServer server(plan);

  EXPECT_EQ(server.book(ClientCall::ping).ordinal, 1U);
  EXPECT_EQ(server.book(ClientCall::reset).ordinal, 1U);
  EXPECT_EQ(server.book(ClientCall::ping).ordinal, 2U);

  EXPECT_EQ(server.calls(ClientCall::ping), 2U);
  EXPECT_EQ(server.calls(ClientCall::close), 0U);
}

TEST(MockServer, SaysWhichCallsThePlanSpeaksOf) {
  const FaultPlan plan = plan_of("ping fails; close takes 1ms");
  MockServer server(plan);

  EXPECT_TRUE(server.book(ClientCall::ping).is_planned);
  EXPECT_TRUE(server.book(ClientCall::close).is_planned);
  EXPECT_FALSE(server.book(ClientCall::connect).is_planned);

  server.set_faults_enabled(false, Instant(1s));
  EXPECT_FALSE(server.book(ClientCall::ping).is_planned);
  EXPECT_EQ(server.restarts_until(), Instant(1s));

  server.set_faults_enabled(true, Instant(2s));
  EXPECT_TRUE(server.book(ClientCall::ping).is_planned);
  EXPECT_EQ(server.restarts_until(), Instant::max());
}

TEST(MockServer, NeverUsesASessionNumberAgain) {
  const FaultPlan plan;
  MockServer server(plan);

  EXPECT_EQ(server.admit(), SessionNumber{1});
  server.forget();
  EXPECT_EQ(server.admit(), SessionNumber{2});

  EXPECT_EQ(server.sessions(), 1U);
  EXPECT_EQ(server.sessions_peak(), 1U);
}

}  // namespace
}  // namespace poolproof::mocks
