#include <sys/resource.h>

#include <fstream>

#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

DbError connect_error(SqliteOptions options, Instant deadline = Instant::max()) {
  TickingClock clock;
  auto client = SqliteFactory(std::move(options), clock).connect(deadline);
  EXPECT_FALSE(client.has_value());
  return client ? DbError() : std::move(client.error());
}

TEST(SqliteConnect, MakesAFileInWalMode) {
  TestDatabase database;
  const TestSession session = database.connect();

  EXPECT_EQ(session.ask("pragma journal_mode"), Value("wal"));
  EXPECT_TRUE(std::filesystem::exists(database.path()));
}

TEST(SqliteConnect, LeavesTheJournalModeAloneWhenToldSo) {
  TestDatabase database({.uses_wal = false});

  EXPECT_EQ(database.connect().ask("pragma journal_mode"), Value("delete"));
}

TEST(SqliteConnect, EnforcesForeignKeysUnlessToldOtherwise) {
  TestDatabase strict;
  TestDatabase lax({.enforces_foreign_keys = false});

  EXPECT_EQ(strict.connect().ask("pragma foreign_keys"), Value(1));
  EXPECT_EQ(lax.connect().ask("pragma foreign_keys"), Value(0));
}

TEST(SqliteConnect, WaitsForTheDiskAsTheOptionsSay) {
  TestDatabase by_default;
  TestDatabase off({.synchronous = SqliteSynchronous::off});
  TestDatabase normal({.synchronous = SqliteSynchronous::normal});
  TestDatabase extra({.synchronous = SqliteSynchronous::extra});

  EXPECT_EQ(off.connect().ask("pragma synchronous"), Value(0));
  EXPECT_EQ(normal.connect().ask("pragma synchronous"), Value(1));
  EXPECT_EQ(by_default.connect().ask("pragma synchronous"), Value(2));
  EXPECT_EQ(extra.connect().ask("pragma synchronous"), Value(3));
}

TEST(SqliteConnect, SharesADatabaseInMemoryBetweenTheSessionsOfOneFactory) {
  TestDatabase database({.path = ":memory:"});
  database.connect().run("create table t (n integer)");
  const TestSession one = database.connect();
  const TestSession other = database.connect();

  one.run("insert into t values (42)");

  EXPECT_EQ(other.ask("select n from t"), Value(42));
}

TEST(SqliteConnect, GivesEachFactoryItsOwnDatabaseInMemory) {
  TestDatabase one({.path = ":memory:"});
  TestDatabase other({.path = ":memory:"});

  one.connect().run("create table t (n integer)");

  EXPECT_EQ(other.connect().fail("select n from t").kind, DbErrorKind::undefined_name);
}

TEST(SqliteConnect, WaitsForLocksOfADatabaseInMemoryToo) {
  TestDatabase database({.path = ":memory:"});
  const TestSession writer = database.connect();
  const TestSession reader = database.connect();
  writer.run("create table t (n integer)");
  writer.run("begin immediate");
  database.clock.while_sleeping = [&] {
    if (writer->is_in_transaction()) writer.run("commit");
  };

  EXPECT_EQ(reader.ask("select count(*) from t"), Value(0));
  EXPECT_EQ(database.clock.sleeps, 1);
}

TEST(SqliteConnect, LetsAReadOnlySessionReadAndNotWrite) {
  TestDatabase database;
  database.connect().run("create table t (n integer)");
  TestDatabase same({.path = database.path(), .is_read_only = true});
  const TestSession session = same.connect();

  EXPECT_EQ(session.ask("select count(*) from t"), Value(0));
  EXPECT_EQ(to_string(session.fail("insert into t values (1)")),
            "permission_denied (8): attempt to write a readonly database in: insert into t values "
            "(1)");
}

TEST(SqliteConnect, RefusesAnEmptyPath) {
  EXPECT_EQ(to_string(connect_error({})),
            "connection_failed: cannot open \"\": an empty path names no file");
}

TEST(SqliteConnect, SaysThatAFileCannotBeOpened) {
  EXPECT_EQ(to_string(connect_error({.path = "/no/such/folder/x.db"})),
            "connection_failed (14): cannot open /no/such/folder/x.db: unable to open database "
            "file: No such file or directory");
}

TEST(SqliteConnect, SaysThatThereAreTooManyOpenFiles) {
  TestDatabase database;
  const TestSession first(database.connect());
  // UBSan opens a pipe to look at a type that it meets for the first time.
  static_cast<void>(connect_error({.path = "/no/such/folder/x.db"}));
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);

  const DbError error = connect_error({.path = database.path()});

  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(error.kind, DbErrorKind::connection_failed);
  EXPECT_TRUE(error.message.ends_with(": Too many open files")) << error.message;
}

TEST(SqliteConnect, MakesNoFileToReadOnly) {
  const TemporaryFolder folder;
  const std::string path = folder.file("none.db");

  EXPECT_EQ(connect_error({.path = path, .is_read_only = true}).kind,
            DbErrorKind::connection_failed);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SqliteConnect, SaysThatAFileIsNoDatabase) {
  const TemporaryFolder folder;
  const std::string path = folder.file("letter.txt");
  std::ofstream(path) << std::string(2'000, 'x');

  EXPECT_EQ(to_string(connect_error({.path = path})),
            "connection_failed (26): cannot open " + path + ": file is not a database");
}

TEST(SqliteConnect, SaysThatADatabaseCannotHaveWal) {
  EXPECT_EQ(to_string(connect_error({.path = "file:/without-wal?vfs=memdb"})),
            "connection_failed: cannot open file:/without-wal?vfs=memdb: its journal mode stays "
            "\"memory\" instead of WAL");
}

TEST(SqliteConnect, DoesNotBeginAfterItsDeadline) {
  EXPECT_EQ(to_string(connect_error({.path = ":memory:"}, Instant{})),
            "timed_out: cannot open :memory:: the deadline has passed");
}

class LockedFile : public testing::Test {
 protected:
  LockedFile() { holder_.run("begin exclusive"); }

  TestDatabase database_{{.uses_wal = false}};
  TestSession holder_ = database_.connect();
};

TEST_F(LockedFile, IsWaitedForUntilTheConnectsDeadline) {
  const Instant deadline = database_.clock.now() + milliseconds(100);
  const auto client = database_.factory().connect(deadline);

  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(to_string(client.error()), "timed_out (5): cannot open " + database_.path() +
                                           ": the deadline passed while database is locked");
  EXPECT_EQ(database_.clock.now(), deadline);
}

TEST_F(LockedFile, IsWaitedForNoLongerThanTheBusyTimeout) {
  const Instant begin = database_.clock.now();
  const auto client = database_.factory().connect(Instant::max());

  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error().kind, DbErrorKind::connection_failed);
  EXPECT_EQ(database_.clock.now() - begin, seconds(5));
}

TEST_F(LockedFile, IsPutIntoWalModeAfterAnotherTry) {
  holder_.run("commit");
  holder_.run("begin");
  holder_.run("pragma schema_version");
  database_.clock.while_sleeping = [&] {
    if (holder_->is_in_transaction()) holder_.run("commit");
  };
  TestDatabase same({.path = database_.path()});
  same.clock.while_sleeping = database_.clock.while_sleeping;

  EXPECT_EQ(same.connect().ask("pragma journal_mode"), Value("wal"));
  EXPECT_EQ(same.clock.sleeps, 1);
}

}  // namespace
}  // namespace poolproof
