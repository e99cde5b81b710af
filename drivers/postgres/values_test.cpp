#include <gtest/gtest.h>

#include <limits>

#include <poolproof/core/db/timestamp.h>
#include <poolproof/drivers/postgres/postgres_timestamp.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

TEST(PostgresValues, NullGoesWhereverAValueMayGo) {
  const auto client = connect_for_test();
  answer(*client,
         "create temporary table t(i int4, b bytea, at timestamptz, n numeric, f boolean)");
  const Value null;
  answer(*client, "insert into t values ($1, $2, $3, $4, $5)", {null, null, null, null, null});
  const ResultSet all = answer(*client, "select * from t");
  ASSERT_EQ(all.size(), 1U);
  for (std::size_t column = 0; column < 5; ++column)
    EXPECT_TRUE(all.row(0).at(column).is_null());
}

TEST(PostgresValues, AnIntegerGoesIntoEveryIntegerColumn) {
  const auto client = connect_for_test();
  answer(*client, "create temporary table t(a int2, b int4, c int8, d numeric)");
  answer(*client, "insert into t values ($1, $2, $3, $4)", {1, 2, 3, 4});
  const ResultSet all = answer(*client, "select a, b, c, d from t where b = $1", {2});
  EXPECT_EQ(all.row(0).at(0U), Value(1));
  EXPECT_EQ(all.row(0).at(1U), Value(2));
  EXPECT_EQ(all.row(0).at(2U), Value(3));
  EXPECT_EQ(all.row(0).at(3U), Value(*Decimal::parse("4")));
}

TEST(PostgresValues, TextTakesTheTypeThatTheServerWants) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select $1::date + 1", {"2026-01-31"}), Value("2026-02-01"));
  EXPECT_EQ(value_of(*client, "select $1::int4 + 1", {"41"}), Value(42));
  EXPECT_EQ(value_of(*client, "select $1::uuid", {"00000000-0000-0000-0000-000000000001"}),
            Value("00000000-0000-0000-0000-000000000001"));
}

TEST(PostgresValues, OtherTypesComeAsTheirText) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select '{\"a\": 1}'::jsonb"), Value("{\"a\": 1}"));
  EXPECT_EQ(value_of(*client, "select interval '1 day 2 hours'"), Value("1 day 02:00:00"));
  EXPECT_EQ(value_of(*client, "select array[1, null, 3]"), Value("{1,NULL,3}"));
}

TEST(PostgresValues, ArraysJsonUuidsAndDatesGoAsTextBothWays) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select count(*) from generate_series(1, 9) n where n = any($1)",
                     {"{1,3,5}"}),
            Value(3));
  EXPECT_EQ(value_of(*client, "select $1::text[]", {R"({plain,"with, comma",NULL})"}),
            Value(R"({plain,"with, comma",NULL})"));
  EXPECT_EQ(value_of(*client, "select $1::jsonb -> 'a'", {R"({"a": [1, 2]})"}), Value("[1, 2]"));
  EXPECT_EQ(value_of(*client, "select $1::uuid", {"0A000000-0000-0000-0000-000000000001"}),
            Value("0a000000-0000-0000-0000-000000000001"));
  EXPECT_EQ(value_of(*client, "select date '2026-02-28' + 1"), Value("2026-03-01"));
}

TEST(PostgresValues, AFloat4IsWidenedAndNotReadAnew) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select 0.1::float4"), Value(static_cast<double>(0.1F)));
}

TEST(PostgresValues, ColumnsSayTheirType) {
  const auto client = connect_for_test();
  const ResultSet all = answer(
      *client, "select 1::int4 as a, ''::text as b, now() as c, 1.5 as d, '(0,0)'::point as e");
  ASSERT_EQ(all.columns().size(), 5U);
  EXPECT_EQ(all.columns()[0], Column("a", "int4"));
  EXPECT_EQ(all.columns()[1].type, "text");
  EXPECT_EQ(all.columns()[2].type, "timestamptz");
  EXPECT_EQ(all.columns()[3].type, "numeric");
  EXPECT_EQ(all.columns()[4].type, "");
}

TEST(PostgresValues, ATimestampMeansTheSameInEveryTimeZone) {
  const auto client = connect_for_test();
  const Timestamp noon = *parse_timestamp("2026-01-31 12:00:00.000001Z");
  answer(*client, "set time zone 'America/St_Johns'");
  EXPECT_EQ(value_of(*client, "select $1::timestamptz", {noon}), Value(noon));
  EXPECT_EQ(value_of(*client, "select timestamptz '1890-01-01 00:00:00+00'"),
            Value(*parse_timestamp("1890-01-01 00:00:00Z")));  // Local time had seconds then.
}

TEST(PostgresValues, ATimestampWithoutAZoneIsTakenForUtc) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select timestamp '2026-01-31 12:00:00'"),
            Value(*parse_timestamp("2026-01-31 12:00:00Z")));
}

TEST(PostgresValues, AnInfiniteTimestampIsRefusedAndTheSessionGoesOn) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, "select 'infinity'::timestamptz");
  EXPECT_EQ(error.kind, DbErrorKind::conversion);
  EXPECT_EQ(error.message, "an infinite timestamp cannot be read");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresValues, SaysWhatTheServerSpellsInAWayOfItsOwn) {
  const auto client = connect_for_test();
  answer(*client, "set datestyle = german");
  const DbError error = error_of(*client, "select '2024-01-02 03:04Z'::timestamptz");
  EXPECT_EQ(error.kind, DbErrorKind::conversion);
  EXPECT_EQ(error.message,
            "the server sent a value of type timestamptz in a form that cannot be read");
}

TEST(PostgresValues, BytesAreReadInEitherOutputOfTheServers) {
  const auto client = connect_for_test();
  Blob every;
  for (int byte = 0; byte < 256; ++byte)
    every.push_back(static_cast<std::byte>(byte));
  for (const char* output : {"hex", "escape"}) {
    answer(*client, std::string("set bytea_output = ") + output);
    EXPECT_EQ(value_of(*client, "select $1", {Value(every)}), Value(every)) << output;
    EXPECT_EQ(value_of(*client, "select ''::bytea"), Value(Blob())) << output;
    EXPECT_EQ(value_of(*client, "select $1", {Value(Blob{std::byte{'\\'}, std::byte{'x'}})}),
              Value(Blob{std::byte{'\\'}, std::byte{'x'}}))
        << output;
  }
}

TEST(PostgresValues, ATimestampBeyondTheServersCalendarIsAMisuse) {
  const auto client = connect_for_test();
  const Timestamp beginning{std::chrono::microseconds(std::numeric_limits<std::int64_t>::min())};
  const DbError error = error_of(*client, "select $1", {beginning});
  EXPECT_EQ(error.kind, DbErrorKind::misuse);
  EXPECT_EQ(error.message, "a timestamp is beyond PostgreSQL's calendar");
}

TEST(PostgresValues, YearsAreReadAsTheServerPrintsThem) {
  EXPECT_EQ(parse_postgres_timestamp("0001-12-31 12:00:00+00 BC"),
            parse_timestamp("0000-12-31 12:00:00Z"));
  EXPECT_EQ(parse_postgres_timestamp("0044-03-15 12:00:00-00:52:58 BC"),
            parse_timestamp("-0043-03-15 12:52:58Z"));
  EXPECT_EQ(parse_postgres_timestamp("10000-01-01 00:00:00.5"),
            parse_timestamp("+10000-01-01 00:00:00.5Z"));
  EXPECT_EQ(parse_postgres_timestamp("294247-01-10 04:00:54.775807+00"), Timestamp::max());
}

TEST(PostgresValues, WhatIsNoTimestampIsNotRead) {
  EXPECT_FALSE(parse_postgres_timestamp(""));
  EXPECT_FALSE(parse_postgres_timestamp("2026-01-31"));
  EXPECT_FALSE(parse_postgres_timestamp("2026-13-31 12:00:00"));
  EXPECT_FALSE(parse_postgres_timestamp("2026-01-31 12:00:00.0000001"));
  EXPECT_FALSE(parse_postgres_timestamp("2026-01-31 12:00:00+00 AD"));
  EXPECT_FALSE(parse_postgres_timestamp("999999-01-01 00:00:00"));
  EXPECT_FALSE(parse_postgres_timestamp("0000-01-01 00:00:00 BC"));
  EXPECT_FALSE(parse_postgres_timestamp("12026-01-31 12:00:00 BC"));
  EXPECT_FALSE(parse_postgres_timestamp("-123-01-31 12:00:00 BC"));
  EXPECT_FALSE(parse_postgres_timestamp("2026 BC"));
  EXPECT_FALSE(parse_postgres_timestamp(" BC"));
  EXPECT_FALSE(parse_postgres_timestamp("-infinity"));
}

TEST(PostgresValues, TextWithANulIsAMisuse) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, "select $1", {std::string("a\0b", 3)});
  EXPECT_EQ(error.kind, DbErrorKind::misuse);
  EXPECT_EQ(error.message, "PostgreSQL's text cannot hold a NUL");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresValues, TextThatIsNotUtf8IsRejectedByTheServer) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, "select $1", {"\xff"});
  EXPECT_EQ(error.kind, DbErrorKind::rejected);
  EXPECT_EQ(error.code, "22021");
  EXPECT_EQ(error.message, "invalid byte sequence for encoding \"UTF8\": \"...\"");
}

TEST(PostgresValues, ComeBackAsTheyWereWhateverTheRolesSettingsAre) {
  const auto owner = connect_for_test();
  answer(*owner, "create role peculiar login");
  answer(*owner, "alter role peculiar set extra_float_digits = 0");
  answer(*owner, "alter role peculiar set bytea_output = 'escape'");
  answer(*owner, "alter role peculiar set standard_conforming_strings = off");
  const auto client = connect_for_test(
      {.address = server_for_test().address("peculiar"), .reset = PostgresReset::discard_all});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(value_of(*client, "select $1", {1.0 / 3}), Value(1.0 / 3));
    const Value blob(Blob{std::byte{0}, std::byte{255}});
    EXPECT_EQ(value_of(*client, "select $1", {blob}), blob);
    EXPECT_EQ(value_of(*client, "select '\\'"), Value("\\"));
    EXPECT_TRUE(client->reset());
  }
}

TEST(PostgresValues, ALargeValueGoesThereAndBack) {
  const auto client = connect_for_test();
  const std::string large(20'000'000, 'x');
  EXPECT_TRUE(value_of(*client, "select $1::text || 'y'", {large}) == Value(large + "y"));
}

}  // namespace
}  // namespace poolproof::postgres
