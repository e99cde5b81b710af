#include <poolproof/sim/cli/token.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

const Scenario& hand_off() {
  for (const Scenario& scenario : scenario_library()) {
    if (scenario.name == "hand-off") return scenario;
  }
  ADD_FAILURE() << "the library has no hand-off";
  return scenario_library().front();
}

Schedule some_schedule() {
  Schedule schedule;
  for (std::uint32_t i = 0; i < 6; ++i)
    schedule.push_back({.options = 3, .chosen = 1, .kind = ChoiceKind::task});
  schedule.push_back({.options = 2, .chosen = 1, .kind = ChoiceKind::fault});
  schedule.push_back({.options = 70, .chosen = 12, .kind = ChoiceKind::number});
  return schedule;
}

Scenario of_ones_own() {
  Scenario scenario = hand_off();
  scenario.about = "Not the library's.";
  return scenario;
}

std::string refusal(std::string_view line) {
  const auto token = parse_token(line);
  return token ? "" : token.error();
}

TEST(Token, ComesBackAsItWasPrinted) {
  const std::string line = print_token("lossy", hand_off(), some_schedule());
  EXPECT_TRUE(line.starts_with("pp1:lossy:hand-off:J.6.B!70.12.:")) << line;

  const auto token = parse_token(line);

  ASSERT_TRUE(token.has_value()) << token.error();
  EXPECT_EQ(token->subject, "lossy");
  EXPECT_EQ(token->scenario, hand_off());
  EXPECT_EQ(print_choices(token->schedule), "J.6.B!70.12.");
  EXPECT_EQ(token->fingerprint, fingerprint(some_schedule()));
}

TEST(Token, CarriesAScenarioThatIsNotTheLibrarys) {
  const auto token = parse_token(print_token("lossy", of_ones_own(), some_schedule()));

  ASSERT_TRUE(token.has_value()) << token.error();
  EXPECT_EQ(token->scenario, of_ones_own());
}

TEST(Token, RefusesEveryChangeOfOneCharacter) {
  constexpr std::string_view others = "AZaz09-_.!:=~ \n\x7f\xff";
  for (const Scenario& scenario : {hand_off(), of_ones_own()}) {
    const std::string line = print_token("lossy", scenario, some_schedule());
    for (std::size_t i = 0; i < line.size(); ++i) {
      for (const char other : others) {
        std::string changed = line;
        changed[i] = other;
        EXPECT_TRUE(changed == line || !parse_token(changed)) << changed;
      }
      std::string shorter = line;
      EXPECT_FALSE(parse_token(shorter.erase(i, 1))) << shorter;
      EXPECT_FALSE(parse_token(line.substr(0, i))) << line.substr(0, i);
    }
  }
}

TEST(Token, NamesWhatIsWrong) {
  EXPECT_EQ(refusal("hello"), "token: \"hello\": it begins with \"pp1:\"");
  EXPECT_EQ(
      refusal("pp1:lossy"),
      "token: 2 parts between colons: there are 5, pp1:SUBJECT:SCENARIO:CHOICES:FINGERPRINT");
  EXPECT_EQ(refusal("pp1:a b:hand-off:A:0123456789abcdef"),
            "token: subject \"a b\": a name is 1 to 64 of a-z, A-Z, 0-9, \"-\", \"_\", \".\"");
  EXPECT_EQ(refusal("pp1:lossy:hand-off:A:xyz"),
            "token: fingerprint \"xyz\": it is 16 of 0-9, a-f");
  EXPECT_EQ(refusal("pp1:lossy:hand-of:A:0123456789abcdef"),
            "token: scenario \"hand-of\": there is none of that name in the library");
  EXPECT_EQ(refusal("pp1:lossy:=?:A:0123456789abcdef"),
            "token: scenario: character 1: \"?\": expected a letter, a digit, \"-\" or \"_\"");
  EXPECT_EQ(refusal("pp1:lossy:=YQ:A:0123456789abcdef").substr(0, 18), "token: scenario:1:");
}

TEST(Token, SaysThatALineWasChanged) {
  std::string line = print_token("lossy", hand_off(), some_schedule());
  const std::string end = line.substr(line.size() - 16);
  const auto choice = line.find("J.6.");
  line[choice + 2] = '7';

  const std::string sentence = refusal(line);

  EXPECT_TRUE(sentence.starts_with("token: fingerprint \"" + end + "\": it must end in \""))
      << sentence;
  EXPECT_TRUE(sentence.ends_with("\": the line was changed, or its scenario was")) << sentence;
}

TEST(Token, LetsSubjectsHaveOnlyNamesThatFit) {
  EXPECT_TRUE(is_subject_name("My-pool_2.1"));
  EXPECT_TRUE(is_subject_name(std::string(64, 'a')));
  EXPECT_FALSE(is_subject_name(std::string(65, 'a')));
  EXPECT_FALSE(is_subject_name(""));
  EXPECT_FALSE(is_subject_name("my:pool"));
}

}  // namespace
}  // namespace poolproof::sim
