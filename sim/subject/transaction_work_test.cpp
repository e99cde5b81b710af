#include <poolproof/sim/subject/transaction_work.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

std::string problem_of(std::string_view word) {
  const auto work = TransactionWork::parse(word);
  return work ? "" : work.error();
}

TEST(TransactionWork, KeepsItsLetters) {
  EXPECT_EQ(TransactionWork::parse("s+(+[*])!")->letters(), "s+(+[*])!");
  EXPECT_EQ(TransactionWork::parse("rs*")->deeds(), "*");
}

TEST(TransactionWork, CountsWhatIsNotUndone) {
  EXPECT_EQ(TransactionWork::parse("+(+)+")->moves(), 3);
  EXPECT_EQ(TransactionWork::parse("+[+(+)]{+}<+>")->moves(), 2);
  EXPECT_EQ(TransactionWork::parse("r*")->moves(), 0);
  EXPECT_EQ(TransactionWork::parse("++-")->moves(), 0);
  EXPECT_EQ(TransactionWork::parse("+=")->moves(), 1);
}

TEST(TransactionWork, SaysHowItIsBegun) {
  EXPECT_EQ(TransactionWork::parse("+")->mode(),
            mocks::TransactionMode{.isolation = Isolation::repeatable_read});
  EXPECT_EQ(TransactionWork::parse("n+")->mode(), mocks::TransactionMode{});
  EXPECT_EQ(TransactionWork::parse("c+")->mode(),
            mocks::TransactionMode{.isolation = Isolation::read_committed});
  EXPECT_EQ(TransactionWork::parse("rds*")->mode(),
            (mocks::TransactionMode{Isolation::serializable, true, true}));
}

Outcome due(std::string_view word, Dialect dialect) {
  return TransactionWork::parse(word)->outcome_due(dialect);
}

TEST(TransactionWork, SaysWhatIsToComeOfIt) {
  for (const Dialect dialect : {Dialect::postgresql, Dialect::mysql}) {
    for (const std::string_view word : {"+", "r*~", "+%:", "+=", "+-", "r[+]*", "m[+?]+", "[&]+",
                                        "+<&>+", "[{&}]", "&-", "[[&]+]"})
      EXPECT_EQ(due(word, dialect), Outcome::ok) << word;
    for (const std::string_view word : {"+!", "+^", "r+", "r(+)#", "+(?)", "<+?>", "&!", "(?)#"})
      EXPECT_EQ(due(word, dialect), Outcome::failed) << word;
    EXPECT_EQ(due("+#", dialect), Outcome::threw);
    EXPECT_EQ(due("+@", dialect), Outcome::threw);
    EXPECT_EQ(due("&.#", dialect), Outcome::threw);
  }
}

TEST(TransactionWork, KnowsWhatFollowsAnIgnoredError) {
  for (const std::string_view word : {"&", "&+", "(&)+", "{+&}", "+&=", "r:", "&[+]", "r<:>+"}) {
    EXPECT_EQ(due(word, Dialect::postgresql), Outcome::failed) << word;
  }
  for (const std::string_view word : {"&", "&+", "(&)+", "{+&}", "+&=", "r:", "&[+]"})
    EXPECT_EQ(due(word, Dialect::sqlite), Outcome::ok) << word;
  EXPECT_EQ(due("&@", Dialect::postgresql), Outcome::failed);
  EXPECT_EQ(due("&@", Dialect::mysql), Outcome::threw);
}

TEST(TransactionWork, SaysWhichRuleAWordBreaks) {
  EXPECT_EQ(problem_of(""), "has 1 to 15 letters");
  EXPECT_EQ(problem_of("++++++++++++++++"), "has 1 to 15 letters");
  EXPECT_EQ(problem_of("cs+"), "is begun with at most one of c, s and n, and r, d, m and v once");
  EXPECT_EQ(problem_of("+x"),
            "is made of r d c s n m v, + : * ~ ? & % . () [] {} <> and ! # ^ = - @");
  EXPECT_EQ(problem_of("(+]"), "has a bracket that closes none");
  EXPECT_EQ(problem_of("(+"), "has a bracket that is not closed");
  EXPECT_EQ(problem_of("(([{*}]))"), "must not nest deeper than 3 brackets");
  EXPECT_EQ(problem_of("!+"), "can have ! # ^ = - @ only at its end");
  EXPECT_EQ(problem_of("(!)"), "can have ! # ^ = - @ only at its end");
  EXPECT_EQ(problem_of("rdr+"), "is begun with at most one of c, s and n, and r, d, m and v once");
  EXPECT_EQ(problem_of("vv+"), "is begun with at most one of c, s and n, and r, d, m and v once");
  for (const std::string_view word : {"v(+)", "v+?", "v&", "v+!"})
    EXPECT_EQ(problem_of(word), "returns nothing with v, and goes without brackets, ? & and !");
  EXPECT_EQ(problem_of("rvs*="), "");
}

TEST(TransactionWork, FindsTheBracketThatCloses) {
  EXPECT_EQ(TransactionWork::closing("(+[*])+", 0), 5U);
  EXPECT_EQ(TransactionWork::closing("(+[*])+", 2), 4U);
}

}  // namespace
}  // namespace poolproof::sim
