#include <cmath>
#include <limits>

#include <poolproof/core/db/timestamp.h>
#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

class SqliteValues : public testing::Test {
 protected:
  /// `value`, put into a column of that declared type and read again.
  Value through(const std::string& type, const Value& value) {
    session_.run("drop table if exists t");
    session_.run("create table t (v " + type + ")");
    session_.run("insert into t values ($1)", {value});
    return session_.ask("select v from t");
  }

  TestDatabase database_{{.path = ":memory:"}};
  TestSession session_ = database_.connect();
};

Decimal decimal(std::string_view text) {
  return *Decimal::parse(text);
}

Value text_blob(std::string_view text) {
  Blob blob;
  for (const char c : text)
    blob.push_back(static_cast<std::byte>(c));
  return blob;
}

TEST_F(SqliteValues, KeepNullInAnyColumn) {
  EXPECT_EQ(through("boolean", nullptr), Value());
  EXPECT_EQ(through("timestamp", nullptr), Value());
  EXPECT_EQ(through("decimal_text", nullptr), Value());
}

TEST_F(SqliteValues, KeepTheExtremesOfIntegers) {
  using Limits = std::numeric_limits<std::int64_t>;

  EXPECT_EQ(through("integer", Limits::max()), Value(Limits::max()));
  EXPECT_EQ(through("integer", Limits::min()), Value(Limits::min()));
}

TEST_F(SqliteValues, KeepTheExtremesOfReals) {
  using Limits = std::numeric_limits<double>;

  EXPECT_EQ(through("real", Limits::max()), Value(Limits::max()));
  EXPECT_EQ(through("real", Limits::denorm_min()), Value(Limits::denorm_min()));
  EXPECT_EQ(through("real", Limits::infinity()), Value(Limits::infinity()));
  EXPECT_EQ(through("real", -Limits::infinity()), Value(-Limits::infinity()));
  EXPECT_EQ(through("real", 3.0), Value(3.0));
}

TEST_F(SqliteValues, RefuseWhatIsNotANumber) {
  EXPECT_EQ(to_string(session_.fail("select $1", {std::nan("")})),
            "conversion: parameter 1 cannot be stored: it is not a number, and SQLite would make "
            "it NULL in: select $1");
}

TEST_F(SqliteValues, KeepTheFirstAndTheLastInstantOfAll) {
  EXPECT_EQ(through("timestamp", Timestamp::min()), Value(Timestamp::min()));
  EXPECT_EQ(through("timestamp", Timestamp::max()), Value(Timestamp::max()));
}

TEST_F(SqliteValues, LeaveTextThatNoTimestampReachesAsText) {
  EXPECT_EQ(through("timestamp", "-291000-01-01 00:00:00"), Value("-291000-01-01 00:00:00"));
}

TEST_F(SqliteValues, KeepTextWithNulBytesAndNone) {
  const std::string with_nul("a\0b\0", 4);

  EXPECT_EQ(through("text", with_nul), Value(with_nul));
  EXPECT_EQ(through("text", ""), Value(""));
  EXPECT_EQ(through("text", "\xff\xfe"), Value("\xff\xfe"));
}

TEST_F(SqliteValues, KeepAnEmptyBlobApartFromNull) {
  EXPECT_EQ(through("blob", Blob{}), Value(Blob{}));
  EXPECT_EQ(through("blob", text_blob(std::string_view("\0\xff", 2))),
            text_blob(std::string_view("\0\xff", 2)));
}

TEST_F(SqliteValues, ReadBooleansFromColumnsDeclaredSo) {
  EXPECT_EQ(through("BOOLEAN", true), Value(true));
  EXPECT_EQ(through("bool not null", false), Value(false));
  EXPECT_EQ(through("integer", true), Value(1));
  EXPECT_EQ(through("boolean", 2), Value(2));
  EXPECT_EQ(through("boolean", "maybe"), Value("maybe"));
}

TEST_F(SqliteValues, ReadTimestampsFromColumnsDeclaredSo) {
  const Timestamp moment = *parse_timestamp("2026-01-31 12:00:00.000001Z");

  EXPECT_EQ(through("timestamp", moment), Value(moment));
  EXPECT_EQ(through("TIMESTAMPTZ", moment), Value(moment));
  EXPECT_EQ(through("datetime", "2026-01-31T13:00:00.000001+01:00"), Value(moment));
  EXPECT_EQ(through("timestamp", "today"), Value("today"));
  EXPECT_EQ(through("text", moment), Value("2026-01-31 12:00:00.000001Z"));
}

TEST_F(SqliteValues, KeepDecimalsExactlyWhereTheTypeSaysText) {
  const std::string long_one = "123456789012345678901234567890.12345678900";

  EXPECT_EQ(through("DECIMAL_TEXT", decimal("1.50")), Value(decimal("1.50")));
  EXPECT_EQ(through("decimal_text(60, 11)", decimal(long_one)), Value(decimal(long_one)));
  EXPECT_EQ(through("numeric text", decimal("NaN")), Value(decimal("NaN")));
  EXPECT_EQ(through("decimal_text", "a lot"), Value("a lot"));
}

TEST_F(SqliteValues, AreTurnedIntoNumbersByNumericAffinity) {
  EXPECT_EQ(through("decimal(10, 2)", decimal("1.50")), Value(1.5));
  EXPECT_EQ(through("numeric", decimal("2.00")), Value(2));
}

TEST_F(SqliteValues, HaveTheKindOfTheirStorageInExpressions) {
  EXPECT_EQ(session_.ask("select $1", {true}), Value(1));
  EXPECT_EQ(session_.ask("select $1", {decimal("1.50")}), Value("1.50"));
  EXPECT_EQ(session_.ask("select $1 + 0.5", {1}), Value(1.5));
}

TEST_F(SqliteValues, HaveTheKindOfTheirColumnInReturning) {
  session_.run("create table t (b boolean)");

  EXPECT_EQ(session_.ask("insert into t values (true) returning b"), Value(true));
}

TEST_F(SqliteValues, ComeUnderTheNamesAndDeclaredTypesOfTheirColumns) {
  session_.run("create table t (id integer primary key, price decimal_text(10, 2))");

  const ResultSet result = session_.run("select id, price as cost, 1 from t");

  EXPECT_EQ(result.columns(),
            (std::vector<Column>{{"id", "INTEGER"}, {"cost", "decimal_text(10, 2)"}, {"1", ""}}));
}

}  // namespace
}  // namespace poolproof
