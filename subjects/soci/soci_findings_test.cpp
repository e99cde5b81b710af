// What docs/findings.md says of SOCI 4.0.3, so that it stays true: a test that fails here means
// that the library was mended, and that the page must say since when.
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/time.h>
#include <time.h>

#include <atomic>
#include <chrono>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/soci/soci_backend.h>

namespace {
/// How far the wall clock is set forward after the library has read it.
std::atomic<long> seconds_set_forward{0};
}  // namespace

// The library's calls come here too. The machine's clock itself is not touched.
extern "C" int gettimeofday(timeval* __restrict answer, void* __restrict) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *answer = {now.tv_sec - seconds_set_forward.load(), now.tv_nsec / 1000};
  return 0;
}

namespace poolproof::subjects {
namespace {

using mocks::ClientCall;
using mocks::Fault;
using mocks::FaultPlan;
using mocks::MockDatabase;
using mocks::Selector;
using namespace std::chrono_literals;

TEST(SociFindings, SessionKeepsADestroyedBackendWhenReconnectFails) {
  const FaultPlan plan{
      {Fault{ClientCall::connect, {Selector::Kind::nth, 2, 1}, Fault::Effect::fails, {}}}};
  SteadyClock clock;
  MockDatabase database(plan, clock);
  const ClientRegistry::Entry entry(ClientRegistry::instance(), {&database, &clock});
  soci::connection_pool pool(1);
  pool.at(0).open(soci_backend(), entry.connection_string());

  soci::session leased(pool);
  EXPECT_THROW(leased.reconnect(), SociDbError);

  EXPECT_EQ(database.sessions(), 0U);
  EXPECT_EQ(pool.at(0).get_backend(), nullptr);
  EXPECT_NE(leased.get_backend(), nullptr)
      << "mended: the lease no longer points to the destroyed backend";
}

TEST(SociFindings, WaitEndsEarlyWhenTheWallClockIsSetForward) {
  SteadyClock clock;
  soci::connection_pool pool(1);
  std::size_t position = pool.lease();

  seconds_set_forward = 3600;
  const Instant begin = clock.now();
  const bool is_leased = pool.try_lease(position, 60'000);
  const Duration waited = clock.now() - begin;
  seconds_set_forward = 0;

  EXPECT_FALSE(is_leased);
  EXPECT_LT(waited, 60s) << "mended: the wait no longer depends on the wall clock";
}

}  // namespace
}  // namespace poolproof::subjects
