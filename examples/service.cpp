// A web service over one pool: balances, transfers, a report, metrics, health, and an end that
// waits for what is under way. Its HTTP is cpp-httplib's.
//
//   service [ADDRESS [PORT]]     sqlite:bank.db?max_size=8, postgresql://localhost/bank?max_size=8
//
// Without an address it is POOLPROOF_ADDRESS's; knobs are set by its query and by the environment
// (POOLPROOF_MAX_SIZE=20). Port 0, the default, is any that is free. SIGTERM and SIGINT end it.

#include <httplib.h>
#include <signal.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include <poolproof/core/db/observed_database.h>
#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/core/pool/prometheus.h>
#include <poolproof/drivers/configured_database.h>

namespace {

using namespace poolproof;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int accounts = 100;
constexpr std::int64_t initial_balance = 1000;

/// What lives as long as the program. Each ends before what it stands on.
struct Bank {
  explicit Bank(ConfiguredDatabase configured)
      : database(std::move(configured.factory)), pool(configured.pool, observed, clock) {}

  static void log(const StatementCall& call) {
    std::cerr << "slow: " << to_string(call.took) << ": " << call.text << "\n";
  }

  SteadyClock clock;
  std::unique_ptr<DbClientFactory> database;
  SlowStatements slow{seconds(1), log};
  ObservedDatabase observed{*database, clock, slow};
  ConnectionPool pool;
  TransactionManager transactions{
      pool,
      {.attempts_max = 20, .pause_first = milliseconds(1), .transaction_timeout = seconds(5)}};
};

/// The client learns whether it makes sense to try again, and the log the rest.
void fail(httplib::Response& response, int status, const std::string& why) {
  std::cerr << "request failed: " << why << "\n";
  response.status = status;
  response.set_content(status == 503 ? "try again later\n" : "internal error\n", "text/plain");
}

void answer(httplib::Response& response, int status, const std::string& text) {
  response.status = status;
  response.set_content(text + "\n", "text/plain");
}

std::int64_t number_in(const httplib::Request& request, const char* name) {
  return std::strtoll(request.get_param_value(name).c_str(), nullptr, 10);
}

/// GET /accounts/7
void show_balance(Bank& bank, const httplib::Request& request, httplib::Response& response) {
  auto lease = bank.pool.acquire();
  if (!lease) return fail(response, 503, lease.error().message());
  DbClient& client = lease->client();
  const std::int64_t id = std::strtoll(request.matches[1].str().c_str(), nullptr, 10);
  const auto found = QueryBuilder(client.dialect())
                         .select("balance")
                         .from("accounts")
                         .where(column("id") == id)
                         .execute(client);
  if (!found) {
    lease->report(found.error());
    return fail(response, 500, to_string(found.error()));
  }
  if (found->empty()) return answer(response, 404, "no such account");
  answer(response, 200, std::to_string(found->row(0).get<std::int64_t>(0U).value_or(0)));
}

struct Transfer {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t amount = 0;
};

/// Whether it took place; false: there is not enough.
std::expected<bool, DbError> transfer_in(Transaction& transaction, const Transfer& wanted) {
  const QueryBuilder query(transaction.dialect());
  const auto add = [&](std::int64_t id, std::int64_t amount) {
    return query.update("accounts")
        .set("balance", sql("balance + $1", amount))
        .where(column("id") == id)
        .where("balance + $1 >= 0", amount)
        .execute(transaction);
  };
  // In order of their numbers, so that two transfers do not wait for each other.
  const bool takes_first = wanted.from < wanted.to;
  const auto first =
      takes_first ? add(wanted.from, -wanted.amount) : add(wanted.to, wanted.amount);
  if (!first) return std::unexpected(first.error());
  const auto second =
      takes_first ? add(wanted.to, wanted.amount) : add(wanted.from, -wanted.amount);
  if (!second) return std::unexpected(second.error());
  if (first->affected_rows() == 1 && second->affected_rows() == 1) return true;
  if (const auto undone = transaction.rollback(); !undone) return std::unexpected(undone.error());
  return false;
}

/// POST /transfers?from=1&to=2&amount=5
void transfer(Bank& bank, const httplib::Request& request, httplib::Response& response) {
  const Transfer wanted{.from = number_in(request, "from"),
                        .to = number_in(request, "to"),
                        .amount = number_in(request, "amount")};
  if (wanted.from == wanted.to || wanted.amount <= 0)
    return answer(response, 400, "from and to must differ, and the amount be positive");
  const auto done = bank.transactions.run(
      [&](Transaction& transaction) { return transfer_in(transaction, wanted); });
  if (done) return answer(response, *done ? 200 : 409, *done ? "done" : "refused");
  fail(response, done.error().acquire_error() != nullptr ? 503 : 500, done.error().message());
}

/// GET /report: row by row, since there may be many.
void report(Bank& bank, httplib::Response& response) {
  auto lease = bank.pool.acquire();
  if (!lease) return fail(response, 503, lease.error().message());
  std::int64_t sum = 0;
  const auto shown = QueryBuilder(lease->client().dialect())
                         .select("balance")
                         .from("accounts")
                         .stream(lease->client(), [&](RowView row) {
                           sum += row.get<std::int64_t>(0U).value_or(0);
                           return true;
                         });
  if (!shown) {
    lease->report(shown.error());
    return fail(response, 500, to_string(shown.error()));
  }
  answer(response, 200, std::to_string(*shown) + " accounts, " + std::to_string(sum) + " in all");
}

/// GET /health
void show_health(Bank& bank, httplib::Response& response) {
  auto lease = bank.pool.acquire(seconds(1));
  if (!lease) return fail(response, 503, lease.error().message());
  lease->client().set_deadline(deadline_after(bank.clock.now(), seconds(1)));
  if (const auto alive = lease->client().ping(); !alive) {
    lease->report(alive.error());
    return fail(response, 503, to_string(alive.error()));
  }
  answer(response, 200, "well");
}

std::expected<void, DbError> make_accounts(Transaction& transaction) {
  const auto made = transaction.execute(
      "create table if not exists accounts (id bigint primary key, balance bigint not null)", {});
  if (!made) return std::unexpected(made.error());
  auto insert =
      QueryBuilder(transaction.dialect()).insert_into("accounts").columns("id", "balance");
  for (int id = 1; id <= accounts; ++id)
    insert = insert.values(id, initial_balance);
  const auto filled = insert.on_conflict("id").do_nothing().execute(transaction);
  if (!filled) return std::unexpected(filled.error());
  return {};
}

/// Until SIGTERM or SIGINT, which all threads block.
int serve(Bank& bank, int port, const sigset_t& ends) {
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(32); };
  server.set_keep_alive_max_count(1'000'000);
  server.set_tcp_nodelay(true);
  server.Get(R"(/accounts/(\d+))", [&](const httplib::Request& request, httplib::Response& to) {
    show_balance(bank, request, to);
  });
  server.Post("/transfers", [&](const httplib::Request& request, httplib::Response& to) {
    transfer(bank, request, to);
  });
  server.Get("/report", [&](const httplib::Request&, httplib::Response& to) { report(bank, to); });
  server.Get("/health",
             [&](const httplib::Request&, httplib::Response& to) { show_health(bank, to); });
  server.Get("/metrics", [&](const httplib::Request&, httplib::Response& to) {
    to.set_content(to_prometheus(bank.pool.metrics(), "bank"), "text/plain; version=0.0.4");
  });
  const int found = port == 0 ? server.bind_to_any_port("127.0.0.1")
                              : (server.bind_to_port("127.0.0.1", port) ? port : -1);
  if (found < 0) {
    std::cerr << "port " << port << ": cannot be had\n";
    return 1;
  }
  std::cout << "listening on 127.0.0.1:" << found << std::endl;
  std::thread listener([&] { server.listen_after_bind(); });
  int signal = 0;
  ::sigwait(&ends, &signal);
  server.stop();  // Takes no more requests; those under way are answered.
  listener.join();
  const std::size_t left = bank.pool.drain(seconds(10));
  std::cout << "ended, " << left << " leases still out" << std::endl;
  return left == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t ends;
  ::sigemptyset(&ends);
  ::sigaddset(&ends, SIGTERM);
  ::sigaddset(&ends, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // Before there are other threads.
  SteadyClock clock;
  auto configured = configured_database(argc > 1 ? argv[1] : "", clock, {.max_size = 8});
  if (!configured) {
    std::cerr << "service: " << configured.error() << "\n";
    return 2;
  }
  Bank bank(std::move(*configured));
  const auto made = bank.transactions.run(make_accounts);
  if (!made) {
    std::cerr << "service: " << made.error().message() << "\n";
    return 1;
  }
  const Maintenance maintenance(bank.pool);
  return serve(bank, argc > 2 ? std::atoi(argv[2]) : 0, ends);
}
