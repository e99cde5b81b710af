#include <poolproof/core/db/transaction_control.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

bool is_control(std::string_view sql, Dialect dialect = Dialect::postgresql) {
  return is_transaction_control(sql, dialect);
}

TEST(TransactionControl, IsKnownByItsFirstWord) {
  EXPECT_TRUE(is_control(" \n\f\vCOMMIT"));
  EXPECT_TRUE(is_control("rollback to savepoint_1"));
  EXPECT_TRUE(is_control("End;"));
  EXPECT_FALSE(is_control("committed"));
  EXPECT_FALSE(is_control("select 'commit'"));
  EXPECT_FALSE(is_control(""));
}

TEST(TransactionControl, DoesNotHideBehindSemicolons) {
  EXPECT_TRUE(is_control("; ;commit"));
  EXPECT_FALSE(is_control(";"));
}

TEST(TransactionControl, DoesNotHideBehindComments) {
  EXPECT_TRUE(is_control("/* x */ commit"));
  EXPECT_TRUE(is_control("-- x\ncommit"));
  EXPECT_TRUE(is_control("-- x\rcommit"));
  EXPECT_FALSE(is_control("-- x\rcommit", Dialect::sqlite));
  EXPECT_TRUE(is_control("/**/--\n/* ; */;abort"));
  EXPECT_FALSE(is_control("/* commit */ select 1"));
  EXPECT_FALSE(is_control("-- commit"));
  EXPECT_FALSE(is_control("/* commit"));
}

TEST(TransactionControl, DoesNotHideBehindCommentsWithinComments) {
  constexpr std::string_view hidden_in_sqlite = "/* /* */ commit /* */";

  EXPECT_TRUE(is_control("/* /* x */ */ commit"));
  EXPECT_FALSE(is_control(hidden_in_sqlite));
  EXPECT_TRUE(is_control(hidden_in_sqlite, Dialect::sqlite));
}

TEST(TransactionControl, DoesNotHideInMysqlsOwnComments) {
  EXPECT_TRUE(is_control("# x\ncommit", Dialect::mysql));
  EXPECT_TRUE(is_control("/*!50000 commit */", Dialect::mysql));
  EXPECT_FALSE(is_control("/*! commit */ select 1"));
}

TEST(TransactionControl, IsToPrepareTheTransactionButNotAStatement) {
  EXPECT_TRUE(is_control("prepare /* x */ transaction 'one'"));
  EXPECT_FALSE(is_control("prepare one as select 1"));
}

}  // namespace
}  // namespace poolproof
