// A lease that several threads use at once, over a real session: a sentence, where it was a crash.

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <poolproof/core/ensure.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/open_database.h>

namespace poolproof {
namespace {

struct LeaseMisused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST(Misuse, OfALeaseByFourThreadsIsFoundOutBeforeTheDriverSeesIt) {
  SteadyClock clock;
  const auto database = open_database("sqlite::memory:", clock);
  ConnectionPool pool({.min_size = 0, .max_size = 1, .misuse_checks = MisuseChecks::on}, *database,
                      clock);
  const auto lease = pool.acquire();
  ASSERT_TRUE(lease);
  const EnsureHandler before =
      set_ensure_handler([](std::source_location where, const std::string& sentence) {
        throw LeaseMisused(to_string(where) + ": " + sentence);
      });

  std::mutex mutex;
  std::string said;
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      try {
        while (!is_over)
          static_cast<void>(lease->client().execute("select 1", {}));
      } catch (const LeaseMisused& misused) {
        is_over = true;
        const std::lock_guard guard(mutex);
        said = misused.what();
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  set_ensure_handler(before);

  EXPECT_TRUE(said.starts_with("misuse_test.cpp:")) << said;
  EXPECT_NE(said.find("was used by execute while another thread, which asked for it at "
                      "misuse_test.cpp:"),
            std::string::npos)
      << said;
}

}  // namespace
}  // namespace poolproof
