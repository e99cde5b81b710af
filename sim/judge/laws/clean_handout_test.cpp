#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using mocks::Leftover;

TEST(CleanHandout, AcceptsALeaseOnWhichNothingIsLeft) {
  HistoryBuilder h;
  h.takes(1, 1).leaves(1, Leftover::setting, 1).gives_back(1, 1).takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::clean_handout), "");
}

TEST(CleanHandout, RefusesASettingOfAnEarlierLease) {
  HistoryBuilder h;
  h.takes(1, 1).leaves(1, Leftover::setting, 1).gives_back(1, 1);
  h.finds(2, 1, Leftover::setting);

  EXPECT_EQ(h.judged_by(LawId::clean_handout),
            "session 1 was handed to task 2 at 0s (event 9) with a setting of an earlier lease "
            "still on it");
}

TEST(CleanHandout, NamesADeadlineThatStayed) {
  HistoryBuilder h;
  h.takes(1, 1).leaves(1, Leftover::deadline, 1).gives_back(1, 1);
  h.finds(2, 1, Leftover::deadline);

  EXPECT_EQ(h.judged_by(LawId::clean_handout),
            "session 1 was handed to task 2 at 0s (event 9) with a deadline of an earlier lease "
            "still on it");
}

TEST(CleanHandout, AsksNothingOfAPoolThatIsNotToReset) {
  HistoryBuilder h;
  h.config().reset_on_return = false;
  h.takes(1, 1).leaves(1, Leftover::setting, 1).gives_back(1, 1);
  h.finds(2, 1, Leftover::setting);

  EXPECT_EQ(h.judged_by(LawId::clean_handout), "");
}

TEST(CleanHandout, RefusesATransactionLeftOpenWhateverIsReset) {
  HistoryBuilder h;
  h.config().reset_on_return = false;
  h.takes(1, 1).leaves(1, Leftover::transaction, 1).gives_back(1, 1);
  h.finds(2, 1, Leftover::transaction);

  EXPECT_EQ(
      h.judged_by(LawId::clean_handout),
      "session 1 was handed to task 2 at 0s (event 9) with a transaction of an earlier lease "
      "still on it");
}

TEST(CleanHandout, IsNotJudgedForPoolsThatDoNotReset) {
  HistoryBuilder h;
  h.capabilities().resets_on_return = false;

  EXPECT_EQ(h.judged_by(LawId::clean_handout), "n/a: the pool does not reset what comes back");
}

}  // namespace
}  // namespace poolproof::sim
