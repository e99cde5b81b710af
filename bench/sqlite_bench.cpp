// What the driver and a lease cost on top of SQLite itself: the same prepared statement, by hand
// and through the pool, in turn, in short slices of processor time, so that a machine whose speed
// drifts slows both. `plain_ns` and `driver_ns` are for one statement, `ratio` is their quotient,
// `lease_ns` is for acquire and release alone, and `floor_ns` for the least that any pool for
// several threads does: one atomic exchange to take a session, another to give it back.

#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <poolproof/bench/floors.h>
#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/sqlite/sqlite_client.h>

namespace poolproof::bench {
namespace {

constexpr std::string_view select_one = "select 1";
constexpr std::string_view select_row = "select id, name, born from person where id = $1";
constexpr std::string_view select_100 = "select id, name, born from person where id <= 100";
constexpr std::string_view summary_of_100 =
    "select count(*), max(name), min(born) from person where id <= 100";

/// A file with a thousand people, gone when it ends.
class People {
 public:
  People() {
    const auto session = std::move(factory.connect(Instant::max()).value());
    (void)session->execute("create table person (id integer primary key, name text, born integer)",
                           {});
    (void)session->execute(
        "with recursive c(n) as (select 1 union all select n + 1 from c where n < 1000) "
        "insert into person select n, 'person number ' || n, 1900 + n % 100 from c",
        {});
  }
  ~People() { std::filesystem::remove_all(folder_); }
  People(const People&) = delete;
  People& operator=(const People&) = delete;

  [[nodiscard]] std::string path() const { return folder_ / "bench.db"; }

 private:
  std::filesystem::path folder_ = [] {
    std::string name = (std::filesystem::temp_directory_path() / "poolproof-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()));
  }();

 public:
  SteadyClock clock;
  SqliteFactory factory{{.path = path()}, clock};
};

/// SQLite by hand, as one would write it for speed.
class Plain {
 public:
  Plain(const std::string& path, std::string_view sql) {
    sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                       &statement_, nullptr);
  }
  ~Plain() {
    sqlite3_finalize(statement_);
    sqlite3_close(db_);
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  /// Reads all rows, whose second column, if there is one, is text.
  void run(std::int64_t id) {
    if (id != 0) sqlite3_bind_int64(statement_, 1, id);
    while (sqlite3_step(statement_) == SQLITE_ROW) {
      benchmark::DoNotOptimize(sqlite3_column_int64(statement_, 0));
      if (sqlite3_column_count(statement_) == 1) continue;
      benchmark::DoNotOptimize(sqlite3_column_text(statement_, 1));
      benchmark::DoNotOptimize(sqlite3_column_int64(statement_, 2));
    }
    sqlite3_reset(statement_);
  }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

std::span<const Value> parameters_of(const Value& id) {
  return {&id, id.is_null() ? 0U : 1U};
}

/// acquire, execute, release.
void execute(ConnectionPool& pool, std::string_view sql, const Value& id) {
  auto lease = pool.acquire();
  auto result = (*lease)->execute(sql, parameters_of(id));
  benchmark::DoNotOptimize(result);
}

/// The same row by row, in memory that is used again.
void stream(ConnectionPool& pool, std::string_view sql, const Value& id) {
  auto lease = pool.acquire();
  auto shown = (*lease)->stream(sql, parameters_of(id), [](RowView row) {
    benchmark::DoNotOptimize(row.values().data());
    return true;
  });
  benchmark::DoNotOptimize(shown);
}

/// Of this thread alone, so that others on the same machine do not count.
double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class Body>
double seconds(int turns, Body body) {
  const double begin = cpu_seconds();
  for (int i = 0; i < turns; ++i)
    body(i);
  return cpu_seconds() - begin;
}

void lease_only(ConnectionPool& pool) {
  auto lease = pool.acquire();
  benchmark::DoNotOptimize(lease);
}

void exchange_twice(std::atomic<void*>& session) {
  benchmark::DoNotOptimize(session.exchange(nullptr, std::memory_order_acquire));
  benchmark::DoNotOptimize(session.exchange(&session, std::memory_order_release));
}

using Way = void (*)(ConnectionPool& pool, std::string_view sql, const Value& id);

void compare(benchmark::State& state, Way way, std::string_view sql, int slice) {
  become_multi_threaded();
  People people;
  Plain plain(people.path(), sql);
  ConnectionPool pool({.min_size = 0, .max_size = 1}, people.factory, people.clock);
  const bool has_parameter = sql == select_row;
  double plain_time = 0;
  double driver_time = 0;
  double lease_time = 0;
  double floor_time = 0;
  std::atomic<void*> session = &session;
  for (auto _ : state) {
    plain_time += seconds(slice, [&](int i) { plain.run(has_parameter ? i % 1000 + 1 : 0); });
    driver_time += seconds(
        slice, [&](int i) { way(pool, sql, has_parameter ? Value(i % 1000 + 1) : Value()); });
    lease_time += seconds(slice, [&](int) { lease_only(pool); });
    floor_time += seconds(slice, [&](int) { exchange_twice(session); });
  }
  const auto runs = static_cast<double>(state.iterations()) * slice;
  state.counters["plain_ns"] = plain_time / runs * 1e9;
  state.counters["driver_ns"] = driver_time / runs * 1e9;
  state.counters["lease_ns"] = lease_time / runs * 1e9;
  state.counters["floor_ns"] = floor_time / runs * 1e9;
  state.counters["ratio"] = driver_time / plain_time;
}

/// As one inserts many rows by hand: one statement, prepared once, in one transaction.
void insert_by_hand(sqlite3* db, const std::vector<std::vector<Value>>& rows) {
  sqlite3_exec(db, "begin immediate", nullptr, nullptr, nullptr);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, "insert into many values (?, ?, ?, ?)", -1, &statement, nullptr);
  for (const std::vector<Value>& row : rows) {
    sqlite3_bind_int64(statement, 1, *row[0].get_if<std::int64_t>());
    const auto& text = *row[1].get_if<std::string>();
    sqlite3_bind_text(statement, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    sqlite3_bind_double(statement, 3, *row[2].get_if<double>());
    sqlite3_bind_int64(statement, 4, *row[3].get_if<std::int64_t>());
    sqlite3_step(statement);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  sqlite3_exec(db, "commit", nullptr, nullptr, nullptr);
}

/// One insert by the builder, beside SQLite's own way.
void insert_many(benchmark::State& state) {
  People people;
  const auto session = std::move(people.factory.connect(Instant::max()).value());
  (void)session->execute("create table many (a integer, b text, c real, d integer)", {});
  sqlite3* plain = nullptr;
  sqlite3_open_v2(people.path().c_str(), &plain, SQLITE_OPEN_READWRITE, nullptr);
  std::vector<std::vector<Value>> rows;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    rows.push_back({i, "a text for number " + std::to_string(i), 0.5, i % 7});
  const QueryBuilder query(session->dialect());
  double plain_time = 0;
  double builder_time = 0;
  for (auto _ : state) {
    plain_time += seconds(1, [&](int) { insert_by_hand(plain, rows); });
    (void)session->execute("delete from many", {});
    builder_time += seconds(1, [&](int) {
      const auto insert = query.insert_into("many").columns("a", "b", "c", "d").rows(rows);
      benchmark::DoNotOptimize(insert.execute(*session));
    });
    (void)session->execute("delete from many", {});
  }
  sqlite3_close(plain);
  state.counters["plain_ms"] = plain_time / static_cast<double>(state.iterations()) * 1e3;
  state.counters["builder_ms"] = builder_time / static_cast<double>(state.iterations()) * 1e3;
  state.counters["ratio"] = builder_time / plain_time;
}

BENCHMARK(insert_many)->Name("BM_SqliteInsertManyByBuilder")->Arg(1'000)->Arg(16'000)->Arg(50'000);
BENCHMARK_CAPTURE(compare, BM_SqliteSelectOneExecuted, &execute, select_one, 1'000);
BENCHMARK_CAPTURE(compare, BM_SqliteSelectOneStreamed, &stream, select_one, 1'000);
BENCHMARK_CAPTURE(compare, BM_SqliteRowByKeyExecuted, &execute, select_row, 1'000);
BENCHMARK_CAPTURE(compare, BM_SqliteRowByKeyStreamed, &stream, select_row, 1'000);
BENCHMARK_CAPTURE(compare, BM_SqliteSummaryExecuted, &execute, summary_of_100, 100);
BENCHMARK_CAPTURE(compare, BM_SqliteSummaryStreamed, &stream, summary_of_100, 100);
BENCHMARK_CAPTURE(compare, BM_Sqlite100RowsExecuted, &execute, select_100, 50);
BENCHMARK_CAPTURE(compare, BM_Sqlite100RowsStreamed, &stream, select_100, 50);

}  // namespace
}  // namespace poolproof::bench
