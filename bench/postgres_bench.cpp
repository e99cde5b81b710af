// A prepared `select 1` over a pool and this driver, beside PQexecPrepared() of plain libpq: same
// server, same kind of Unix socket, in turn. `ratio` is what the one costs in the other.

#include <benchmark/benchmark.h>
#include <libpq-fe.h>

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

postgres::TestServer& server() {
  static postgres::TestServer one;
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
double seconds_for(int questions, Session& session) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < questions; ++i)
    session.ask();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

// In turn, in short slices, so that a machine whose speed drifts slows both; and the median of the
// slices' ratios, so that a slice in which something else ran does not count.
template <class Session>
void measure(benchmark::State& state) {
  constexpr int slice = 100;
  Session ours;
  PlainSession plain;
  seconds_for(slice, ours);
  seconds_for(slice, plain);
  std::vector<double> ratios;
  double our_time = 0;
  for (auto _ : state) {
    const double of_ours = seconds_for(slice, ours);
    const double of_plain = seconds_for(slice, plain);
    our_time += of_ours;
    ratios.push_back(of_ours / of_plain);
  }
  state.counters["ratio"] = median(std::move(ratios));
  state.counters["us_per_question"] =
      our_time * 1e6 / (slice * static_cast<double>(state.iterations()));
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
