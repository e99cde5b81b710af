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
}

TEST(TransactionWork, SaysWhichRuleAWordBreaks) {
  EXPECT_EQ(problem_of(""), "has 1 to 15 letters");
  EXPECT_EQ(problem_of("++++++++++++++++"), "has 1 to 15 letters");
  EXPECT_EQ(problem_of("cs+"), "is begun with at most one of c and s, and r once");
  EXPECT_EQ(problem_of("+x"), "is made of r c s, + * . () [] {} <> and ! # ^");
  EXPECT_EQ(problem_of("(+]"), "has a bracket that closes none");
  EXPECT_EQ(problem_of("(+"), "has a bracket that is not closed");
  EXPECT_EQ(problem_of("(([{*}]))"), "must not nest deeper than 3 brackets");
  EXPECT_EQ(problem_of("!+"), "can have ! # ^ only at its end");
  EXPECT_EQ(problem_of("(!)"), "can have ! # ^ only at its end");
  EXPECT_EQ(problem_of("r+"), "cannot move anything read only");
}

TEST(TransactionWork, FindsTheBracketThatCloses) {
  EXPECT_EQ(TransactionWork::closing("(+[*])+", 0), 5U);
  EXPECT_EQ(TransactionWork::closing("(+[*])+", 2), 4U);
}

}  // namespace
}  // namespace poolproof::sim
