#pragma once
// The same work on several threads at once.

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <vector>

namespace poolproof {

/// Runs `work()` on this thread and on `threads` - 1 further ones, and returns when all have. With
/// fewer, where there are no more threads or no memory to be had. `work` throws nothing.
template <class Platform, class Work>
void run_together(std::size_t threads, Work&& work) {
  std::vector<typename Platform::thread> others;
  try {
    others.reserve(std::max<std::size_t>(threads, 1) - 1);
    while (others.size() + 1 < threads)
      others.push_back(Platform::start_thread([&work] { work(); }));
  } catch (const std::system_error&) {
  } catch (const std::bad_alloc&) {
  }
  work();
  for (typename Platform::thread& other : others)
    other.join();
}

}  // namespace poolproof
