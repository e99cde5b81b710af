// The resource list of sessions, and what docs/findings.md says of apr_reslist 1.6.3 that one
// thread can show.
#include <gtest/gtest.h>

#include <chrono>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/apr/session_list.h>

namespace poolproof::subjects {
namespace {

using mocks::FaultPlan;
using mocks::MockDatabase;
using namespace std::chrono_literals;

TEST(SessionList, OpensASessionForTheFirstAndKeepsItForTheNext) {
  start_apr();
  const FaultPlan plan;
  SteadyClock clock;
  MockDatabase database(plan, clock);
  SessionList list(database, {.idle_max = 1, .max = 1}, 0us, 1us);
  DbClient* first = nullptr;
  DbClient* second = nullptr;

  ASSERT_EQ(list.acquire(first), APR_SUCCESS);
  list.release(first);
  ASSERT_EQ(list.acquire(second), APR_SUCCESS);
  list.release(second);

  EXPECT_EQ(first, second);
  EXPECT_EQ(database.sessions_opened(), 1U);
}

apr_status_t open_nothing(void** resource, void* params, apr_pool_t*) {
  *resource = params;
  return APR_SUCCESS;
}
apr_status_t cannot_close(void*, void*, apr_pool_t*) {
  return APR_EGENERAL;
}

TEST(AprFindings, AcquireFailsBecauseAnExpiredResourceCannotBeClosed) {
  start_apr();
  apr_pool_t* memory = nullptr;
  ASSERT_EQ(apr_pool_create(&memory, nullptr), APR_SUCCESS);
  apr_reslist_t* list = nullptr;
  int something = 0;
  ASSERT_EQ(apr_reslist_create(&list, 0, 1, 1, 1, open_nothing, cannot_close, &something, memory),
            APR_SUCCESS);
  void* resource = nullptr;
  ASSERT_EQ(apr_reslist_acquire(list, &resource), APR_SUCCESS);
  apr_reslist_release(list, resource);
  const apr_time_t released = apr_time_now();
  while (apr_time_now() <= released + 1) {
  }

  EXPECT_EQ(apr_reslist_acquire(list, &resource), APR_EGENERAL)
      << "mended: an acquire for which there is a place is served";

  apr_pool_destroy(memory);
}

}  // namespace
}  // namespace poolproof::subjects
