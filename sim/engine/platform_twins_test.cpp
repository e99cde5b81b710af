// StdPlatform has all that SimPlatform has, and nothing else: run() builds a pool over both.

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include <poolproof/core/pool/std_platform.h>
#include <poolproof/sim/engine/sim_platform.h>

namespace poolproof::sim {
namespace {

template <class P>
constexpr bool has_all = requires(typename P::once_flag& once, typename P::clock& clock,
                                  typename P::condition_variable& changed,
                                  std::unique_lock<typename P::mutex>& lock) {
  typename P::mutex;
  typename P::recursive_mutex;
  typename P::timed_mutex;
  typename P::recursive_timed_mutex;
  typename P::shared_mutex;
  typename P::shared_timed_mutex;
  typename P::condition_variable_any;
  typename P::template atomic<int>;
  typename P::template atomic_ref<int>;
  typename P::atomic_flag;
  typename P::template counting_semaphore<>;
  typename P::template counting_semaphore<3>;
  typename P::binary_semaphore;
  typename P::latch;
  typename P::template barrier<>;
  typename P::thread;
  typename P::jthread;
  typename P::stop_token;
  typename P::stop_source;
  typename P::template stop_callback<void (*)()>;
  typename P::template thread_specific<int>;
  P::call_once(
      once, [](int) {}, 1);
  P::wait_until(changed, lock, clock, Instant());
  P::this_thread_id() == P::this_thread_id();
  P::yield();
  P::sleep_for(std::chrono::milliseconds(1));
};
static_assert(has_all<StdPlatform>);
static_assert(has_all<SimPlatform>);

/// The same operations on the same primitive.
template <class P>
constexpr bool has_operations =
    requires(typename P::shared_timed_mutex& shared, typename P::recursive_timed_mutex& timed,
             typename P::latch& latch, typename P::template barrier<>& barrier,
             typename P::condition_variable_any& any,
             std::unique_lock<typename P::recursive_mutex>& lock, typename P::stop_token token,
             typename P::atomic_flag& flag, typename P::template atomic_ref<int> ref,
             typename P::template counting_semaphore<3>& semaphore) {
  shared.try_lock_shared_for(std::chrono::seconds(1));
  shared.unlock_shared();
  timed.try_lock_for(std::chrono::seconds(1));
  latch.arrive_and_wait();
  latch.try_wait();
  barrier.wait(barrier.arrive());
  barrier.arrive_and_drop();
  any.wait(lock, token, [] { return true; });
  any.wait_for(lock, std::chrono::seconds(1), [] { return true; });
  flag.test_and_set();
  flag.wait(true);
  ref.fetch_add(1);
  ref.wait(1);
  semaphore.try_acquire_for(std::chrono::seconds(1));
  semaphore.release();
};
static_assert(has_operations<StdPlatform>);
static_assert(has_operations<SimPlatform>);

std::set<std::string> names_in(const std::string& header, const std::string& platform) {
  std::ifstream file(std::string(POOLPROOF_ROOT) + header);
  std::stringstream text;
  text << file.rdbuf();
  std::string body = text.str();
  body.erase(0, body.find("struct " + platform + " {"));
  body.erase(body.find("\n};"));
  const std::regex name("using (\\w+) =|static [^(=]*?(\\w+)\\(");
  std::set<std::string> names;
  for (std::sregex_iterator at(body.begin(), body.end(), name), end; at != end; ++at)
    names.insert((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
  return names;
}

TEST(Platforms, HaveTheSameNames) {
  const auto of_std = names_in("/core/pool/std_platform.h", "StdPlatform");
  const auto of_sim = names_in("/sim/engine/sim_platform.h", "SimPlatform");

  EXPECT_GT(of_std.size(), 25U);
  EXPECT_EQ(of_std, of_sim);
}

TEST(StdThreadSpecific, GivesEachThreadItsOwn) {
  StdPlatform::thread_specific<int> numbers;
  numbers.get() = 1;
  int of_other = -1;
  std::thread([&] { of_other = numbers.get(); }).join();

  EXPECT_EQ(of_other, 0);
  EXPECT_EQ(numbers.get(), 1);
}

}  // namespace
}  // namespace poolproof::sim
