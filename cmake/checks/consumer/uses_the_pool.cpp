// A lease from a pool over a database that fails as planned, on a clock that stands still.
#include <cstdlib>
#include <iostream>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/mocks/manual_clock.h>
#include <poolproof/mocks/mock_database.h>

int main() {
  const auto plan = poolproof::mocks::FaultPlan::parse("connect 1 fails");
  poolproof::mocks::ManualClock clock;
  poolproof::mocks::MockDatabase database(*plan, clock);
  poolproof::ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);

  const auto refused = pool.acquire();
  clock.advance(pool.config().connect_backoff);  // Until then nothing else is tried.
  const auto lease = pool.acquire();

  std::cout << (refused ? "connected against the plan" : refused.error().message()) << '\n';
  const bool is_right = !refused && lease && database.sessions() == 1;
  return is_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
