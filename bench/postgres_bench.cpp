// A prepared `select 1` over a pool and this driver, beside PQexecPrepared() of plain libpq: same
// server, same kind of Unix socket, in turn. `ratio` is what the one costs in the other.

#include <benchmark/benchmark.h>
#include <libpq-fe.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/drivers/postgres/test_server.h>

namespace poolproof::bench {
namespace {

/// Everything on one processor, the server's processes, too: whether the kernel wakes a process on
/// the same one or on another is a factor of three, and a matter of luck.
void stay_on_one_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  ::sched_setaffinity(0, sizeof(one), &one);
}

postgres::TestServer& server() {
  static postgres::TestServer one = [] {
    stay_on_one_processor();
    return postgres::TestServer();
  }();
  return one;
}

/// libpq as its documentation shows it.
class PlainSession {
 public:
  PlainSession() : connection_(PQconnectdb(server().address().c_str()), PQfinish) {
    PQclear(PQprepare(connection_.get(), "one", "select 1", 0, nullptr));
  }

  void ask() {
    PGresult* const result =
        PQexecPrepared(connection_.get(), "one", 0, nullptr, nullptr, nullptr, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) throw std::runtime_error("no answer");
    benchmark::DoNotOptimize(PQgetvalue(result, 0, 0));
    PQclear(result);
  }

 private:
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

void ask(DbClient& client) {
  const auto answer = client.execute("select 1", {});
  if (!answer) throw std::runtime_error(to_string(answer.error()));
  benchmark::DoNotOptimize(answer->row(0).at(0U));
}

/// A lease for each question, reset when it comes back.
class PooledSession {
 public:
  void ask() {
    auto lease = pool_.acquire();
    if (!lease) throw std::runtime_error(lease.error().message());
    bench::ask(lease->client());
  }

 private:
  SteadyClock clock_;
  PostgresFactory factory_{{.address = server().address()}, clock_};
  ConnectionPool pool_{{.max_size = 1 + 1}, factory_, clock_};
};

class DriverSession {
 public:
  DriverSession() {
    auto client = factory_.connect(Instant::max());
    if (!client) throw std::runtime_error(to_string(client.error()));
    client_ = std::move(*client);
  }
  void ask() { bench::ask(*client_); }

 private:
  SteadyClock clock_;
  PostgresFactory factory_{{.address = server().address()}, clock_};
  std::unique_ptr<DbClient> client_;
};

template <class Session>
double microseconds_for_one(Session& session) {
  const auto begin = std::chrono::steady_clock::now();
  session.ask();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin)
      .count();
}

double lower_quartile(std::vector<double> numbers) {
  const auto place = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 4);
  std::ranges::nth_element(numbers, place);
  return *place;
}

// One question each in turn, so that a machine whose speed drifts slows both; and the lower
// quartile of each, so that questions during which something else ran do not count.
template <class Session>
void measure(benchmark::State& state) {
  constexpr int warm_up = 100;
  Session ours;
  PlainSession plain;
  std::vector<double> of_ours, of_plain;
  for (int i = 0; i < warm_up; ++i) {
    ours.ask();
    plain.ask();
  }
  for (auto _ : state) {
    of_ours.push_back(microseconds_for_one(ours));
    of_plain.push_back(microseconds_for_one(plain));
  }
  const double time = lower_quartile(std::move(of_ours));
  const double plain_time = lower_quartile(std::move(of_plain));
  state.counters["us"] = time;
  state.counters["plain_us"] = plain_time;
  state.counters["ratio"] = time / plain_time;
}

void BM_PooledSelectInPlainOnes(benchmark::State& state) {
  measure<PooledSession>(state);
}
BENCHMARK(BM_PooledSelectInPlainOnes);

void BM_DriversSelectInPlainOnes(benchmark::State& state) {
  measure<DriverSession>(state);
}
BENCHMARK(BM_DriversSelectInPlainOnes);

void BM_PlainSelectInPlainOnes(benchmark::State& state) {
  measure<PlainSession>(state);
}
BENCHMARK(BM_PlainSelectInPlainOnes);

}  // namespace
}  // namespace poolproof::bench
