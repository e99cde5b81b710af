// Every operation of atomics of every width, for code compiled with -fsanitize=thread: what one
// thread does is what the standard says, and between two operations others may come.

#include <atomic>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

namespace {

__extension__ using Wide = unsigned __int128;

template <class T>
void alone() {
  T value = 5;
  assert(__atomic_load_n(&value, __ATOMIC_SEQ_CST) == 5);
  __atomic_store_n(&value, T{7}, __ATOMIC_RELEASE);
  assert(__atomic_exchange_n(&value, T{9}, __ATOMIC_SEQ_CST) == 7);
  assert(__atomic_fetch_add(&value, T{3}, __ATOMIC_SEQ_CST) == 9);
  assert(__atomic_fetch_sub(&value, T{4}, __ATOMIC_RELAXED) == 12);
  assert(__atomic_fetch_or(&value, T{1}, __ATOMIC_SEQ_CST) == 8);
  assert(__atomic_fetch_and(&value, T{3}, __ATOMIC_SEQ_CST) == 9);
  assert(__atomic_fetch_xor(&value, T{3}, __ATOMIC_SEQ_CST) == 1);
  assert(__atomic_fetch_nand(&value, T{3}, __ATOMIC_SEQ_CST) == 2);
  assert(value == static_cast<T>(~T{2}));
  T expected = 3;
  assert(!__atomic_compare_exchange_n(&value, &expected, T{4}, false, 5, 5));
  assert(expected == value);
  assert(__atomic_compare_exchange_n(&value, &expected, static_cast<T>(-1), false, 5, 5));
  assert(__atomic_load_n(&value, __ATOMIC_ACQUIRE) == static_cast<T>(-1));
  assert(__atomic_add_fetch(&value, T{2}, __ATOMIC_SEQ_CST) == 1);
}

struct Pair {
  std::uint64_t pointer;
  std::uint64_t tag;
};

void wide() {
  alignas(16) Pair pair{1, 2};
  Pair expected{1, 3};
  Pair next{4, 5};
  assert(!__atomic_compare_exchange(&pair, &expected, &next, false, 5, 5) && expected.tag == 2);
  assert(__atomic_compare_exchange(&pair, &expected, &next, false, 5, 5));
  Pair now{};
  __atomic_load(&pair, &now, 5);
  assert(now.pointer == 4 && now.tag == 5);
}

void plain_memory() {
  std::vector<int> from(1000, 3);
  std::vector<int> to(1000);
  std::memcpy(to.data(), from.data(), from.size() * sizeof(int));
  std::memmove(to.data() + 1, to.data(), 10 * sizeof(int));
  std::memset(from.data(), 0, from.size() * sizeof(int));
  volatile int seen = to[500];
  assert(seen == 3 && from[999] == 0);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  std::atomic_signal_fence(std::memory_order_acquire);
}

void together() {
  std::atomic<int> sum = 0;
  std::atomic<bool> go = false;
  const auto count = [&] {
    while (!go.load())
      std::this_thread::yield();
    int before = sum.load();
    while (!sum.compare_exchange_weak(before, before + 1)) {
    }
  };
  const auto shared = std::make_shared<int>(1);
  std::thread one([shared, &count] { count(); });
  std::thread two([shared, &count] { count(); });
  go = true;
  one.join();
  two.join();
  assert(sum == 2 && shared.use_count() == 1);
}

// Before and after any execution, too.
const bool is_alone_before_main = [] {
  alone<std::uint32_t>();
  alone<Wide>();
  wide();
  return true;
}();

}  // namespace

int main() {
  alone<std::uint8_t>();
  alone<std::uint16_t>();
  alone<std::uint32_t>();
  alone<std::uint64_t>();
  alone<Wide>();
  wide();
  plain_memory();
  together();
  return is_alone_before_main ? 0 : 1;
}
