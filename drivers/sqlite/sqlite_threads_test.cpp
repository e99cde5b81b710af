// On real threads, for ThreadSanitizer to look on.
#include <atomic>
#include <thread>

#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

/// Connects, adds `rounds` rows one by one, reads after each. Returns what went wrong.
std::string add_rows(SqliteFactory& factory, int rounds) {
  auto client = factory.connect(Instant::max());
  if (!client) return to_string(client.error());
  for (int i = 0; i < rounds; ++i) {
    for (const std::string_view sql :
         {"insert into t values ($1)", "select count(*) from t where n >= $1"}) {
      const Value parameter = i;
      const auto result = (*client)->execute(sql, {&parameter, 1});
      if (!result) return to_string(result.error());
    }
  }
  return "";
}

void add_rows_together(SqliteOptions options) {
  constexpr int threads = 4;
  constexpr int rounds = 50;
  SteadyClock clock;
  options.busy_timeout = seconds(60);
  options.synchronous = SqliteSynchronous::off;
  SqliteFactory factory(options, clock);
  const TestSession session(std::move(factory.connect(Instant::max()).value()));
  session.run("create table t (n integer)");

  std::vector<std::string> problems(threads);
  {
    std::vector<std::jthread> adding;
    for (std::string& problem : problems)
      adding.emplace_back([&] { problem = add_rows(factory, rounds); });
  }

  EXPECT_EQ(problems, std::vector<std::string>(threads));
  EXPECT_EQ(session.ask("select count(*) from t"), Value(threads * rounds));
}

TEST(SqliteThreads, ShareAFileWithASessionEach) {
  const TemporaryFolder folder;

  add_rows_together({.path = folder.file("test.db")});
}

TEST(SqliteThreads, ShareADatabaseInMemoryWithASessionEach) {
  add_rows_together({.path = ":memory:"});
}

TEST(SqliteThreads, MakeOneFileTogether) {
  const TemporaryFolder folder;
  SteadyClock clock;
  SqliteFactory factory({.path = folder.file("test.db")}, clock);
  std::atomic<int> opened = 0;
  {
    std::vector<std::jthread> connecting;
    for (int i = 0; i < 4; ++i)
      connecting.emplace_back([&] { opened += factory.connect(Instant::max()).has_value(); });
  }

  EXPECT_EQ(opened, 4);
}

}  // namespace
}  // namespace poolproof
