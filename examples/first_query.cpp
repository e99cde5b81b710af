// The examples of README.md and docs/pool.md, as they stand there.
//
//   first-query [ADDRESS]          for example sqlite:app.db or postgresql://localhost/app

#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/drivers/open_database.h>

void first_query(poolproof::DbClientFactory& database, poolproof::SteadyClock& clock) {
  poolproof::ConnectionPool pool({.min_size = 1, .max_size = 8}, database, clock);

  auto lease = pool.acquire(std::chrono::seconds(2));  // or timed_out, closed, connect_failed
  if (!lease) throw std::runtime_error(lease.error().message());
  const auto users = lease->client().execute("select name from users where id = $1", {42});
  if (!users) throw std::runtime_error(to_string(users.error()));
  for (const poolproof::RowView user : *users)
    std::cout << "user 42 is " << user.get<std::string>("name").value() << "\n";
}  // the lease ends, the pool closes

void serve(poolproof::DbClientFactory& database, poolproof::SteadyClock& clock) {
  poolproof::ConnectionPool pool({.min_size = 1, .max_size = 8}, database, clock);
  poolproof::Maintenance maintenance(pool);  // runs the health check on a thread of its own

  auto lease = pool.acquire(std::chrono::seconds(2));
  if (!lease) {  // timed_out (with the numbers), closed, or connect_failed
    std::cerr << lease.error().message() << "\n";
    return;
  }
  poolproof::DbClient& client = lease->client();

  const poolproof::QueryBuilder query(client.dialect());
  const auto users =
      query.select("*").from("users").where("id = $1").limit(1).execute(client, {42});
  if (!users) {
    std::cerr << to_string(users.error()) << "\n";
    lease->report(users.error());  // a lost session is closed, not kept
    return;
  }
  for (const poolproof::RowView user : *users)
    std::cout << "user 42 is " << user.get<std::string>("name").value() << "\n";
}  // the lease ends, the maintenance stops, the pool closes

int main(int argc, char** argv) {
  poolproof::SteadyClock clock;
  try {
    const auto database = poolproof::open_database(argc > 1 ? argv[1] : "sqlite:app.db", clock);
    auto client = database->connect(poolproof::Instant::max());
    if (!client) throw std::runtime_error(to_string(client.error()));
    for (const char* sql : {"create table if not exists users (id int primary key, name text)",
                            "delete from users", "insert into users values (42, 'Ada')"}) {
      const auto done = (*client)->execute(sql, {});
      if (!done) throw std::runtime_error(to_string(done.error()));
    }
    first_query(*database, clock);
    serve(*database, clock);
  } catch (const std::exception& mistake) {
    std::cerr << mistake.what() << "\n";
    return 2;
  }
}
