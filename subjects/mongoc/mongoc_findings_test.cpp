// What docs/findings.md says of mongoc_client_pool 1.23.1 and one thread can show: a test that
// fails here means that the library was mended, and that the page must say since when.
#include <gtest/gtest.h>

#include <chrono>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/mongoc/client_pool.h>

namespace poolproof::subjects {
namespace {

using mocks::FaultPlan;
using mocks::MockDatabase;
using namespace std::chrono_literals;

TEST(MongocFindings, LendsMoreThanAMaximumThatWasLowered) {
  start_mongoc();
  const FaultPlan plan;
  SteadyClock clock;
  MockDatabase database(plan, clock);
  const ClientPool pool(database, 2, 1000ms);
  mongoc_client_t* first = mongoc_client_pool_pop(pool.get());
  mongoc_client_t* second = mongoc_client_pool_pop(pool.get());
  mongoc_client_pool_push(pool.get(), first);
  mongoc_client_pool_push(pool.get(), second);

  mongoc_client_pool_max_size(pool.get(), 1);
  first = mongoc_client_pool_try_pop(pool.get());
  second = mongoc_client_pool_try_pop(pool.get());

  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr) << "mended: the lower maximum holds";
  mongoc_client_pool_push(pool.get(), first);
  mongoc_client_pool_push(pool.get(), second);
}

}  // namespace
}  // namespace poolproof::subjects
