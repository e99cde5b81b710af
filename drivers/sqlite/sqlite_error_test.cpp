#include <poolproof/drivers/sqlite/sqlite_error.h>

#include <sqlite3.h>

#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

class SqliteErrors : public testing::Test {
 protected:
  SqliteErrors() {
    session_.run("create table parent (id integer primary key)");
    session_.run(
        "create table t (id integer primary key, u text unique, n text not null default 'n', c "
        "integer check (c > 0), p integer references parent)");
    session_.run("create table strict_t (n integer) strict");
  }

  std::string said_of(std::string_view sql, const std::vector<Value>& parameters = {}) {
    DbError error = session_.fail(sql, parameters);
    EXPECT_EQ(error.statement, sql);
    error.statement.clear();
    return to_string(error);
  }

  TestDatabase database_;
  TestSession session_ = database_.connect();
};

TEST_F(SqliteErrors, TellWhichConstraintWasViolated) {
  session_.run("insert into t (id, u) values (1, 'a')");

  EXPECT_EQ(said_of("insert into t (u) values ($1)", {"a"}),
            "unique_violation (2067): UNIQUE constraint failed: t.u");
  EXPECT_EQ(said_of("insert into t (id) values (1)"),
            "unique_violation (1555): UNIQUE constraint failed: t.id");
  EXPECT_EQ(said_of("insert into t (n) values (null)"),
            "not_null_violation (1299): NOT NULL constraint failed: t.n");
  EXPECT_EQ(said_of("insert into t (c) values (0)"),
            "check_violation (275): CHECK constraint failed: c > 0");
  EXPECT_EQ(said_of("insert into t (p) values (7)"),
            "foreign_key_violation (787): FOREIGN KEY constraint failed");
}

TEST_F(SqliteErrors, HoldARowidUnique) {
  session_.run("create table r (n integer)");
  session_.run("insert into r (rowid, n) values (1, 1)");

  EXPECT_EQ(said_of("insert into r (rowid, n) values (1, 2)"),
            "unique_violation (2579): UNIQUE constraint failed: r.rowid");
}

TEST_F(SqliteErrors, CallWhatATriggerRaisesACheck) {
  session_.run(
      "create trigger guard before insert on t begin select raise(abort, 'not today'); end");

  EXPECT_EQ(said_of("insert into t (id) values (1)"), "check_violation (1811): not today");
}

TEST_F(SqliteErrors, CallAValueOfTheWrongTypeAConversion) {
  EXPECT_EQ(said_of("insert into strict_t values ('x')"),
            "conversion (3091): cannot store TEXT value in INTEGER column strict_t.n");
  EXPECT_EQ(said_of("insert into t (id) values ('x')"), "conversion (20): datatype mismatch");
}

TEST_F(SqliteErrors, TellSyntaxFromUnknownNames) {
  EXPECT_EQ(said_of("selekt 1"), "syntax_error (1): near \"selekt\": syntax error");
  EXPECT_EQ(said_of("select ("), "syntax_error (1): incomplete input");
  EXPECT_EQ(said_of("select 'a"), "syntax_error (1): unrecognized token: \"'a\"");
  EXPECT_EQ(said_of("select 1 from nowhere"), "undefined_name (1): no such table: nowhere");
  EXPECT_EQ(said_of("select unknown"), "undefined_name (1): no such column: unknown");
  EXPECT_EQ(said_of("select \"unknown\""), "undefined_name (1): no such column: unknown");
  EXPECT_EQ(said_of("select unknown()"), "undefined_name (1): no such function: unknown");
  EXPECT_EQ(said_of("insert into t (x) values (1)"),
            "undefined_name (1): table t has no column named x");
  EXPECT_EQ(said_of("create table x.t (n)"), "undefined_name (1): unknown database x");
}

TEST_F(SqliteErrors, LeaveTheRestRejected) {
  EXPECT_EQ(said_of("commit"), "rejected (1): cannot commit - no transaction is active");
  EXPECT_EQ(said_of("create table t (n)"), "rejected (1): table t already exists");
  EXPECT_EQ(
      said_of("attach '/no/such/folder/x' as x"),
      "rejected (14): unable to open database: /no/such/folder/x: No such file or directory");
}

TEST_F(SqliteErrors, DoNotHoldTheValuesOfParameters) {
  session_.run("insert into t (u) values ($1)", {"secret"});

  EXPECT_EQ(said_of("insert into t (u) values ($1)", {"secret"}),
            "unique_violation (2067): UNIQUE constraint failed: t.u");
  EXPECT_EQ(said_of("select json_extract('{}', $1)", {"secret"}),
            "rejected (1): JSON path error near '***'");
  EXPECT_EQ(said_of("attach $1 as x", {"/no/such/secret"}),
            "rejected (14): unable to open database: ***: No such file or directory");
  EXPECT_EQ(said_of("vacuum into $1", {"/no/such/secret"}),
            "rejected (14): unable to open database: ***: No such file or directory");
}

TEST_F(SqliteErrors, DoNotHoldTheValuesOfAFullTextSearch) {
  session_.run("create virtual table f using fts5 (body)");

  EXPECT_EQ(said_of("select * from f where f match $1", {"secret:x"}),
            "undefined_name (1): no such column: ***");
  EXPECT_EQ(said_of("select * from f where f match $1", {"(my secret"}),
            "syntax_error (1): fts5: syntax error near \"\"");
  EXPECT_EQ(said_of("select * from f where f match $1", {"*Secret word"}),
            "rejected (1): unknown special query: ***");
}

TEST_F(SqliteErrors, DoNotHoldTheValuesOfAStream) {
  const auto shown =
      session_.stream("select json_extract('{}', $1)", {"secret"}, [](RowView) { return true; });

  ASSERT_FALSE(shown.has_value());
  EXPECT_EQ(shown.error().message, "JSON path error near '***'");
}

TEST_F(SqliteErrors, CallALockOfAnotherSessionBusy) {
  const TestSession other = database_.connect();
  other.run("begin immediate");

  EXPECT_EQ(said_of("delete from t"), "busy (5): database is locked");
}

TEST_F(SqliteErrors, CallAnOutdatedSnapshotASerializationFailure) {
  const TestSession other = database_.connect();
  session_.run("begin");
  session_.ask("select count(*) from t");
  other.run("insert into t (id) values (1)");

  EXPECT_EQ(said_of("insert into t (id) values (2)"),
            "serialization_failure (517): database is locked");
}

TEST_F(SqliteErrors, CallAFullDatabaseExhausted) {
  session_.run("pragma max_page_count = 1");

  EXPECT_EQ(said_of("insert into t (u) values (zeroblob(1000000))"),
            "resource_exhausted (13): database or disk is full");
}

TEST_F(SqliteErrors, LeaveTheSessionUsable) {
  session_.fail("insert into t (n) values (null)");

  EXPECT_EQ(session_.ask("select count(*) from t"), Value(0));
}

TEST(SqliteErrorKind, IsAlsoKnownForWhatIsHardToBringAbout) {
  EXPECT_EQ(kind_of(SQLITE_IOERR_READ, ""), DbErrorKind::connection_lost);
  EXPECT_EQ(kind_of(SQLITE_CORRUPT_INDEX, ""), DbErrorKind::connection_lost);
  EXPECT_EQ(kind_of(SQLITE_NOTADB, ""), DbErrorKind::connection_lost);
  EXPECT_EQ(kind_of(SQLITE_NOMEM, ""), DbErrorKind::resource_exhausted);
  EXPECT_EQ(kind_of(SQLITE_LOCKED_SHAREDCACHE, ""), DbErrorKind::busy);
  EXPECT_EQ(kind_of(SQLITE_AUTH, ""), DbErrorKind::permission_denied);
  EXPECT_EQ(kind_of(SQLITE_PERM, ""), DbErrorKind::permission_denied);
  EXPECT_EQ(kind_of(SQLITE_MISUSE, ""), DbErrorKind::misuse);
  EXPECT_EQ(kind_of(SQLITE_RANGE, ""), DbErrorKind::misuse);
  EXPECT_EQ(kind_of(SQLITE_CONSTRAINT_COMMITHOOK, ""), DbErrorKind::rejected);
  EXPECT_EQ(kind_of(SQLITE_PROTOCOL, ""), DbErrorKind::rejected);
}

}  // namespace
}  // namespace poolproof
