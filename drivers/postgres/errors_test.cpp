#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/connection_parameters.h>
#include <poolproof/drivers/postgres/postgres_errors.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

/// A table with a row of 1, 'secret', and a rule of each kind.
std::unique_ptr<DbClient> client_with_rules() {
  auto client = connect_for_test();
  answer(*client, "create temporary table parents(id int4 primary key)");
  answer(*client,
         "create temporary table t(id int4 primary key, name text not null,"
         " parent int4 references parents, small int4 check (small < 10),"
         " during int4range, exclude using gist (during with &&))");
  answer(*client, "insert into t values (1, 'secret', null, null, '[1,5]')");
  return client;
}

void expect(const DbError& error, DbErrorKind kind, std::string_view code,
            std::string_view message) {
  EXPECT_EQ(error.kind, kind) << to_string(error);
  EXPECT_EQ(error.code, code);
  EXPECT_EQ(error.message, message);
}

TEST(PostgresErrors, ViolationsHaveAKindEach) {
  const auto client = client_with_rules();
  expect(error_of(*client, "insert into t values ($1, $2)", {1, "x"}),
         DbErrorKind::unique_violation, "23505",
         "duplicate key value violates unique constraint \"t_pkey\"");
  expect(error_of(*client, "insert into t values (2, 'x', 7)"), DbErrorKind::foreign_key_violation,
         "23503",
         "insert or update on table \"t\" violates foreign key constraint \"t_parent_fkey\"");
  expect(error_of(*client, "insert into t values (2)"), DbErrorKind::not_null_violation, "23502",
         "null value in column \"name\" of relation \"t\" violates not-null constraint");
  expect(error_of(*client, "insert into t values (2, 'x', null, 10)"),
         DbErrorKind::check_violation, "23514",
         "new row for relation \"t\" violates check constraint \"t_small_check\"");
  expect(error_of(*client, "insert into t values (2, 'x', null, null, '[2,3]')"),
         DbErrorKind::exclusion_violation, "23P01",
         "conflicting key value violates exclusion constraint \"t_during_excl\"");
}

TEST(PostgresErrors, NameTheConstraintThatIsViolated) {
  const auto client = client_with_rules();
  EXPECT_EQ(error_of(*client, "insert into t values ($1, $2)", {1, "x"}).constraint, "t_pkey");
  EXPECT_EQ(error_of(*client, "insert into t values (2, 'x', 7)").constraint, "t_parent_fkey");
  EXPECT_EQ(error_of(*client, "select 1 / 0").constraint, "");
}

TEST(PostgresErrors, ARowThatOthersNeedIsAForeignKeyViolation) {
  const auto client = client_with_rules();
  answer(*client, "create temporary table held(id int4 references parents on delete restrict)");
  answer(*client, "insert into parents values (1)");
  answer(*client, "insert into held values (1)");
  const DbError error = error_of(*client, "delete from parents");
  EXPECT_EQ(error.kind, DbErrorKind::foreign_key_violation) << to_string(error);
  EXPECT_EQ(error.constraint, "held_id_fkey");
}

TEST(PostgresErrors, AFileThatIsNotThereExhaustsNothing) {
  const auto client = connect_for_test();
  expect(error_of(*client, "load '/nowhere'"), DbErrorKind::undefined_name, "58P01",
         "could not access file \"/nowhere\": No such file or directory");
}

TEST(PostgresErrors, KeepTheBeginningOfALongStatement) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, "selct " + std::string(100'000, 'a'));
  EXPECT_EQ(error.statement, "selct " + std::string(1018, 'a') + "...");
}

TEST(PostgresErrors, WhatIsNotThereHasNoName) {
  const auto client = client_with_rules();
  expect(error_of(*client, "selct 1"), DbErrorKind::syntax_error, "42601",
         "syntax error at or near \"selct\"");
  expect(error_of(*client, "select * from nowhere"), DbErrorKind::undefined_name, "42P01",
         "relation \"nowhere\" does not exist");
  expect(error_of(*client, "select nothing from t"), DbErrorKind::undefined_name, "42703",
         "column \"nothing\" does not exist");
  expect(error_of(*client, "select nothing(1)"), DbErrorKind::undefined_name, "42883",
         "function nothing(integer) does not exist");
  expect(error_of(*client, "create table nowhere.t()"), DbErrorKind::undefined_name, "3F000",
         "schema \"nowhere\" does not exist");
}

TEST(PostgresErrors, OthersOfTheServersErrorsHaveAKind) {
  const auto client = client_with_rules();
  answer(*client, "begin");
  error_of(*client, "select nowhere");
  expect(error_of(*client, "select 1"), DbErrorKind::transaction_aborted, "25P02",
         "current transaction is aborted, commands ignored until end of transaction block");
  answer(*client, "rollback");
  answer(*client, "begin read only");
  expect(error_of(*client, "create table no()"), DbErrorKind::permission_denied, "25006",
         "cannot execute CREATE TABLE in a read-only transaction");
  answer(*client, "rollback");
  expect(error_of(*client, "select 1/$1", {0}), DbErrorKind::rejected, "22012",
         "division by zero");
  answer(*client, "set statement_timeout = 20");
  expect(error_of(*client, "select pg_sleep(60)"), DbErrorKind::timed_out, "57014",
         "canceling statement due to statement timeout");
}

TEST(PostgresErrors, AForbiddenTableIsAPermissionDenied) {
  const auto owner = connect_for_test();
  answer(*owner, "create role stranger login");
  const auto stranger = connect_for_test({.address = server_for_test().address("stranger")});
  expect(error_of(*stranger, "select * from pg_authid"), DbErrorKind::permission_denied, "42501",
         "permission denied for table pg_authid");
}

TEST(PostgresErrors, LocksAndOrdersThatCannotBeHad) {
  const auto first = connect_for_test();
  const auto second = connect_for_test();
  answer(*first, "create table contested(id int4 primary key, n int4)");
  answer(*first, "insert into contested values (1, 0)");
  answer(*first, "begin isolation level repeatable read");
  answer(*first, "select * from contested");
  answer(*second, "update contested set n = 1");
  expect(error_of(*first, "update contested set n = 2"), DbErrorKind::serialization_failure,
         "40001", "could not serialize access due to concurrent update");
  answer(*first, "rollback");

  answer(*first, "begin");
  answer(*first, "select * from contested for update");
  expect(error_of(*second, "select * from contested for update nowait"), DbErrorKind::busy,
         "55P03", "could not obtain lock on row in relation \"contested\"");
}

TEST(PostgresErrors, NeverQuoteAValue) {
  const auto client = client_with_rules();
  expect(error_of(*client, "select $1::int4", {"my secret"}), DbErrorKind::rejected, "22P02",
         "invalid input syntax for type integer: \"...\"");
  expect(error_of(*client, "select ($1::text)::int2", {"99999999"}), DbErrorKind::rejected,
         "22003", "value \"...\"");
  const DbError duplicate = error_of(*client, "insert into t values ($1, $2)", {1, "my secret"});
  EXPECT_EQ(to_string(duplicate).find("my secret"), std::string::npos) << to_string(duplicate);
  EXPECT_EQ(duplicate.statement, "insert into t values ($1, $2)");
}

TEST(PostgresErrors, NeverQuoteAValueOutsideOfDataExceptionsEither) {
  const auto client = client_with_rules();
  expect(error_of(*client, "select $1::regclass", {"hunter2"}), DbErrorKind::undefined_name,
         "42P01", "relation \"***\" does not exist");
  expect(error_of(*client, "select $1::regclass", {"Hunter2"}), DbErrorKind::undefined_name,
         "42P01", "relation \"***\" does not exist");
  answer(*client,
         "create function pg_temp.complain(what text) returns void language plpgsql as"
         " $$ begin raise exception 'no %', what; end $$");
  expect(error_of(*client, "select pg_temp.complain($1 || $2)", {"abcd", "abcdef"}),
         DbErrorKind::rejected, "P0001", "no ******");
  const auto shown = client->stream("select pg_temp.complain($1)", std::vector<Value>{"n"},
                                    [](const RowView&) { return true; });
  EXPECT_EQ(shown.error().message, "no ***");  // What is short is no secret within a word.
}

TEST(PostgresErrors, NeverQuoteANumber) {
  const auto client = connect_for_test();
  expect(error_of(*client, "select chr($1::int)", {99'999'999}), DbErrorKind::resource_exhausted,
         "54000", "requested character too large for encoding: ***");
  expect(error_of(*client, "select make_date($1::int, $2::int, $3::int)", {2023, 13, 1}),
         DbErrorKind::rejected, "22008", "date field value out of range: ***-***-***");
  expect(error_of(*client, "select lo_open($1::oid, 131072)", {87'654'321}),
         DbErrorKind::undefined_name, "42704", "large object *** does not exist");
}

TEST(PostgresErrors, NeverQuoteALongValueThatWasCutOff) {
  const auto client = connect_for_test();
  const std::string name = std::string(62, 'a') + "\u00e9" + "secret";
  EXPECT_EQ(error_of(*client, "select $1::regclass", {name}).message,
            "relation \"***\" does not exist");
}

TEST(PostgresErrors, KnowTheQuotesOfOtherLanguages) {
  EXPECT_EQ(without_quotations("ung\u00fcltige Syntax: \u00bbgeheim\u00ab"),
            "ung\u00fcltige Syntax: \"...\"");
  EXPECT_EQ(without_quotations("syntaxe : \u00ab secret \u00bb"), "syntaxe : \"...\"");
  EXPECT_EQ(without_quotations("syntaxe \u201etajn\u00e9\u201c a \"b\""), "syntaxe \"...\"");
  EXPECT_EQ(without_quotations("\u201csecret\u201d"), "\"...\"");
  EXPECT_EQ(without_quotations("division by zero"), "division by zero");
}

TEST(PostgresErrors, NameTheEncodingAndNotItsBytes) {
  EXPECT_EQ(without_quotations("invalid byte sequence for encoding \"UTF8\": 0xff 0x41"),
            "invalid byte sequence for encoding \"UTF8\": \"...\"");
  EXPECT_EQ(without_quotations("no encoding \"a secret\""), "no encoding \"...\"");
  EXPECT_EQ(without_quotations("\"a secret\" in encoding \"UTF8\": 1"), "\"...\"");
  EXPECT_EQ(without_quotations("none in encoding \"LATIN1\" of \"secret\""),
            "none in encoding \"LATIN1\" of \"...\"");
}

TEST(PostgresErrors, EveryClassThatMeansALostSessionIsOne) {
  for (const char* code : {"08000", "08003", "08006", "57P01", "57P02", "57P03", "57P05", "25P03"})
    EXPECT_EQ(kind_of(code), DbErrorKind::connection_lost) << code;
  for (const char* code : {"53000", "53100", "53200", "53300"})
    EXPECT_EQ(kind_of(code), DbErrorKind::resource_exhausted) << code;
  EXPECT_EQ(kind_of("40P01"), DbErrorKind::deadlock);
  EXPECT_EQ(kind_of("40003"), DbErrorKind::ambiguous_commit);
  EXPECT_EQ(kind_of("23001"), DbErrorKind::foreign_key_violation);
  EXPECT_EQ(kind_of("58P01"), DbErrorKind::undefined_name);
  EXPECT_EQ(kind_of("58030"), DbErrorKind::resource_exhausted);
  EXPECT_EQ(kind_of("XX000"), DbErrorKind::rejected);
}

}  // namespace
}  // namespace poolproof::postgres
