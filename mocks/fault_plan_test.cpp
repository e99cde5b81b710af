#include <poolproof/mocks/fault_plan.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <array>
#include <chrono>

#include <gtest/gtest.h>

#include <poolproof/core/rng.h>

namespace poolproof::mocks {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using Effect = Fault::Effect;
using Kind = Selector::Kind;

constexpr std::string_view full_plan =
    "connect 2 fails; ping 1/10 throws; reset takes 5ms; execute 3+ fails; connect 1 hangs until "
    "3s; close takes never; ping 2 freezes until 4s; server restarts at 2s; server restarts at "
    "4s; "
    "server turns read-only at 5s; session 2 dies at 6s; session 1 vanishes at 7s; allocation 3 "
    "fails";

std::string error_of(std::string_view text) {
  const auto parsed = FaultPlan::parse(text);
  return parsed ? "parsed as " + to_string(*parsed) : parsed.error();
}

TEST(FaultPlan, ParsesEveryPartOfTheLanguage) {
  const auto plan = FaultPlan::parse(full_plan);

  ASSERT_TRUE(plan) << plan.error();
  const std::vector<Fault> faults{
      {ClientCall::connect, {Kind::nth, 2}, Effect::fails},
      {ClientCall::ping, {Kind::by_chance, 1, 10}, Effect::throws},
      {ClientCall::reset, {}, Effect::takes, 5ms},
      {ClientCall::execute, {Kind::from, 3}, Effect::fails},
      {ClientCall::connect, {Kind::nth, 1}, Effect::hangs, 3s},
      {ClientCall::close, {}, Effect::takes, Duration::max()},
      {ClientCall::ping, {Kind::nth, 2}, Effect::freezes, 4s},
  };
  EXPECT_EQ(plan->faults, faults);
  EXPECT_EQ(plan->restarts, (std::vector<Duration>{2s, 4s}));
  EXPECT_EQ(plan->demotions, std::vector<Duration>{5s});
  EXPECT_EQ(plan->deaths, (std::vector<Death>{{2, 6s, true}, {1, 7s, false}}));
  EXPECT_EQ(plan->failing_allocation, 3U);
}

TEST(FaultPlan, PrintsWhatItParses) {
  EXPECT_EQ(to_string(FaultPlan::parse(full_plan).value()), full_plan);
  EXPECT_EQ(to_string(FaultPlan{}), "");
}

TEST(FaultPlan, ParsesAnyOrderAndSpacing) {
  const auto plan = FaultPlan::parse("\n allocation 1 fails;server  restarts at\t1s ;ping fails ");

  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(to_string(*plan), "ping fails; server restarts at 1s; allocation 1 fails");
}

TEST(FaultPlan, EmptyTextIsTheEmptyPlan) {
  EXPECT_EQ(FaultPlan::parse(""), FaultPlan{});
  EXPECT_EQ(FaultPlan::parse(" \n"), FaultPlan{});
}

Selector any_selector(Rng& rng) {
  const auto n = 1 + rng.below(0xffff'ffff) / (1 + rng.below(0xffff));
  switch (rng.below(4)) {
    case 0:
      return {Kind::nth, n};
    case 1:
      return {Kind::from, n};
    case 2:
      return {Kind::by_chance, n, n + rng.below(0xffff'ffff - n)};
    default:
      return {};
  }
}

Fault any_fault(Rng& rng) {
  Fault fault{.call = static_cast<ClientCall>(1 + rng.below(5)), .selector = any_selector(rng)};
  const bool is_close = fault.call == ClientCall::close;
  constexpr std::array effects{Effect::takes, Effect::hangs,  Effect::freezes,
                               Effect::fails, Effect::throws, Effect::throws_number};
  fault.effect = effects[rng.below(is_close ? 3U : 6U)];
  const bool blocks = fault.effect == Effect::takes || fault.effect == Effect::hangs ||
                      fault.effect == Effect::freezes;
  if (blocks || rng.chance(1, 3)) fault.duration = Duration(rng.next() >> (3 + rng.below(60)));
  const auto kinds = kinds_of_failure(fault.call);
  if (fault.effect == Effect::fails && rng.chance(1, 2))
    fault.kind = kinds[rng.below(static_cast<std::uint32_t>(kinds.size()))];
  return fault;
}

TEST(FaultPlan, ParsesBackWhateverItPrints) {
  Rng rng(2);
  for (int i = 0; i < 2'000; ++i) {
    FaultPlan plan;
    for (std::uint32_t n = rng.below(5); n > 0; --n)
      plan.faults.push_back(any_fault(rng));
    for (std::uint32_t n = rng.below(3); n > 0; --n)
      plan.restarts.emplace_back(rng.below(1000));
    for (std::uint32_t n = rng.below(3); n > 0; --n)
      plan.demotions.emplace_back(rng.below(1000));
    for (std::uint32_t n = rng.below(3); n > 0; --n)
      plan.deaths.push_back({1 + rng.below(9), Duration(rng.below(1000)), rng.chance(1, 2)});
    plan.failing_allocation = rng.below(3);
    ASSERT_EQ(FaultPlan::parse(to_string(plan)), plan) << to_string(plan);
  }
}

TEST(FaultPlan, ReadsFaultsThatComeToAnEnd) {
  const auto plan = FaultPlan::parse(
      "connect fails until 5ms; ping throws number; reset throws "
      "number until 1s; execute 2 ends transaction until 3ms");

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->faults[0].duration, std::chrono::milliseconds(5));
  EXPECT_EQ(plan->faults[1].effect, Effect::throws_number);
  EXPECT_EQ(plan->faults[1].duration, Duration::zero());
  EXPECT_EQ(plan->faults[2].duration, std::chrono::seconds(1));
  EXPECT_EQ(plan->faults[3].effect, Effect::ends_transaction);
}

TEST(FaultPlan, ReadsWhatFailuresAnswer) {
  const std::string text =
      "connect 1 fails with permission_denied; execute 1/4 fails with deadlock until 3ms; commit "
      "2 "
      "answers late until 5s";
  const auto plan = FaultPlan::parse(text);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->faults[0].kind, DbErrorKind::permission_denied);
  EXPECT_EQ(plan->faults[1].kind, DbErrorKind::deadlock);
  EXPECT_EQ(plan->faults[1].duration, 3ms);
  EXPECT_EQ(to_string(*plan), text);
}

TEST(FaultPlan, RefusesAKindThatACallCannotFailWith) {
  EXPECT_EQ(error_of("connect fails with deadlock"),
            "fault plan, character 20: \"deadlock\": connect can fail with one of "
            "connection_failed, permission_denied, resource_exhausted, busy, rejected");
  EXPECT_EQ(error_of("ping fails with"),
            "fault plan, character 16: end of plan: ping can fail with one of connection_lost, "
            "rejected, permission_denied, resource_exhausted");
}

TEST(FaultPlan, RefusesEndsThatMakeNoSense) {
  EXPECT_EQ(error_of("ping fails until"),
            "fault plan, character 17: end of plan: expected a duration such as 250ms");
  EXPECT_EQ(error_of("ping fails until 0s"),
            "fault plan, character 18: \"0s\": a fault that is over at once never strikes");
  EXPECT_EQ(error_of("execute ends"),
            "fault plan, character 13: end of plan: expected transaction");
  EXPECT_EQ(error_of("ping ends transaction"),
            "fault plan, character 6: \"ends\": only execute, begin, commit and rollback can "
            "conflict, lose or end something, or answer late");
  EXPECT_EQ(error_of("execute answers soon"), "fault plan, character 17: \"soon\": expected late");
}

TEST(FaultPlan, NamesThePlaceTheWordAndTheRule) {
  EXPECT_EQ(error_of("ping fails; x"),
            "fault plan, character 13: \"x\": expected connect, ping, execute, reset, close, "
            "begin, commit, rollback, "
            "server, session or allocation");
  EXPECT_EQ(error_of("connect 1/10 falls"),
            "fault plan, character 14: \"falls\": expected fails, throws, conflicts, loses, ends, "
            "answers, takes, hangs or freezes");
  EXPECT_EQ(error_of("connect fails ping fails"),
            "fault plan, character 15: \"ping\": expected ; or the end of the plan");
  EXPECT_EQ(error_of("connect hangs for 3s"), "fault plan, character 15: \"for\": expected until");
  EXPECT_EQ(error_of("server dies"),
            "fault plan, character 8: \"dies\": expected restarts or turns");
  EXPECT_EQ(error_of("server turns off"), "fault plan, character 14: \"off\": expected read-only");
  EXPECT_EQ(error_of("session x dies at 1s"),
            "fault plan, character 9: \"x\": expected a session's number, from 1");
  EXPECT_EQ(error_of("session 1 sleeps at 1s"),
            "fault plan, character 11: \"sleeps\": expected dies or vanishes");
  EXPECT_EQ(error_of("server restarts in 3s"), "fault plan, character 17: \"in\": expected at");
}

TEST(FaultPlan, SaysWhenItEndsTooSoon) {
  EXPECT_EQ(
      error_of("ping"),
      "fault plan, character 5: end of plan: expected fails, throws, conflicts, loses, ends, "
      "answers, takes, hangs or freezes");
  EXPECT_EQ(error_of("ping takes"),
            "fault plan, character 11: end of plan: expected a duration such as 250ms");
  EXPECT_EQ(error_of("ping fails;"),
            "fault plan, character 12: end of plan: expected connect, ping, execute, reset, "
            "close, begin, commit, rollback, "
            "server, session or allocation");
  EXPECT_EQ(error_of("allocation 3"), "fault plan, character 13: end of plan: expected fails");
}

TEST(FaultPlan, RefusesSelectorsThatSelectNothingSensible) {
  const std::string rule =
      ": expected a call's number (2), such a number and later (2+), or a chance of at most 1 "
      "(1/10)";
  EXPECT_EQ(error_of("ping 0 fails"), "fault plan, character 6: \"0\"" + rule);
  EXPECT_EQ(error_of("ping 3/2 fails"), "fault plan, character 6: \"3/2\"" + rule);
  EXPECT_EQ(error_of("ping 1/0 fails"), "fault plan, character 6: \"1/0\"" + rule);
  EXPECT_EQ(error_of("ping 2++ fails"), "fault plan, character 6: \"2++\"" + rule);
  EXPECT_EQ(error_of("ping 4294967296 fails"), "fault plan, character 6: \"4294967296\"" + rule);
}

TEST(FaultPlan, RefusesDurationsInTheirOwnWords) {
  EXPECT_EQ(
      error_of("ping takes 5 ms"),
      "fault plan, character 12: \"5\": expected a unit after the number: ns, us, ms, s, min "
      "or h");
  EXPECT_EQ(error_of("server restarts at -1s"),
            "fault plan, character 20: \"-1s\": a duration must not be negative");
}

TEST(FaultPlan, KnowsWhatStatementsAloneCanSuffer) {
  const std::string text =
      "begin 1 conflicts; execute 1/4 loses session; commit 2+ loses answer; rollback fails";
  const auto plan = FaultPlan::parse(text);

  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(to_string(*plan), text);
  EXPECT_EQ(plan->faults[2].effect, Fault::Effect::loses_answer);
  EXPECT_EQ(error_of("commit loses hope"),
            "fault plan, character 14: \"hope\": expected session or answer");
  EXPECT_EQ(error_of("ping loses session"),
            "fault plan, character 6: \"loses\": only execute, begin, commit and rollback can "
            "conflict, lose or end something, or answer late");
  EXPECT_EQ(error_of("execute answers soon"), "fault plan, character 17: \"soon\": expected late");
}

TEST(FaultPlan, RefusesAFailingClose) {
  EXPECT_EQ(
      error_of("close fails"),
      "fault plan, character 7: \"fails\": close can neither fail nor throw: expected takes, "
      "hangs or freezes");
  EXPECT_EQ(
      error_of("close 2 throws"),
      "fault plan, character 9: \"throws\": close can neither fail nor throw: expected takes, "
      "hangs or freezes");
}

TEST(FaultPlan, RefusesAllocationsThatCannotBeCounted) {
  EXPECT_EQ(error_of("allocation 0 fails"),
            "fault plan, character 12: \"0\": expected an allocation's number, from 1");
  EXPECT_EQ(error_of("allocation 1 fails; allocation 2 fails"),
            "fault plan, character 32: \"2\": only one allocation can fail");
}

TEST(FaultPlan, AnswersAnyBytesWithAPlanOrASentence) {
  constexpr std::string_view pieces[]{
      "connect", "close", "ping",  "2",      "2+",       "1/10", "fails",      "takes",
      "5ms",     "hangs", "until", "server", "restarts", "at",   "allocation", ";",
      " ",       "\n",    "\0"sv,  "\xff",   "-",        "/",    "+"};
  Rng rng(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint32_t n = rng.below(12); n > 0; --n) {
      text += pieces[rng.below(std::size(pieces))];
      if (rng.chance(2, 3)) text += ' ';
    }
    const auto plan = FaultPlan::parse(text);
    if (plan) {
      ASSERT_EQ(FaultPlan::parse(to_string(*plan)), plan) << text;
    } else {
      ASSERT_TRUE(plan.error().starts_with("fault plan, character ")) << text;
    }
  }
}

TEST(FaultPlan, SurvivesAMegabyteOfNonsense) {
  const std::string word(1'000'000, '9');
  EXPECT_LT(error_of(word).size(), 200U);
  EXPECT_LT(error_of("ping " + word + " fails").size(), 300U);
  EXPECT_LT(error_of(std::string(1'000'000, ';')).size(), 200U);
}

}  // namespace
}  // namespace poolproof::mocks
