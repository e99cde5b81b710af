// A database by its address, a pool before it, and one statement.
#include <cstdlib>
#include <iostream>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/open_database.h>

int main() {
  poolproof::SteadyClock clock;
  const auto database = poolproof::open_database("sqlite::memory:", clock);
  poolproof::ConnectionPool pool({.min_size = 0, .max_size = 1}, *database, clock);

  const auto lease = pool.acquire();
  if (!lease) {
    std::cout << lease.error().message() << '\n';
    return EXIT_FAILURE;
  }
  const auto answer = lease->client().execute("select $1 + 2", {40});

  std::cout << (answer ? to_string(answer->values().front()) : to_string(answer.error())) << '\n';
  return answer && answer->values() == std::vector<poolproof::Value>{42} ? EXIT_SUCCESS
                                                                         : EXIT_FAILURE;
}
