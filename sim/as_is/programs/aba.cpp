// A lock-free stack whose head is an index. A popper that is overtaken between its look at the
// head and its exchange takes one that is no longer the same: "ABA". With TAGS defined the head
// carries a number that each push changes, and the stack holds.

#include <atomic>
#include <cassert>
#include <cstdint>
#include <thread>

namespace {

constexpr std::uint32_t nothing = 3;

class Stack {
 public:
  void push(std::uint32_t item) {
    std::uint64_t head = head_.load();
    do {
      below_[item].store(index_of(head));
    } while (!head_.compare_exchange_weak(head, next(head, item)));
  }
  std::uint32_t pop() {
    std::uint64_t head = head_.load();
    for (;;) {
      const std::uint32_t item = index_of(head);
      if (item == nothing) return nothing;
      const std::uint32_t below = below_[item].load();
      if (head_.compare_exchange_weak(head, next(head, below))) return item;
    }
  }

 private:
  static std::uint32_t index_of(std::uint64_t head) { return static_cast<std::uint32_t>(head); }
  static std::uint64_t next(std::uint64_t head, std::uint32_t item) {
#ifdef TAGS
    return ((head >> 32U) + 1) << 32U | item;
#else
    return (void)head, item;
#endif
  }

  std::atomic<std::uint64_t> head_{nothing};
  std::atomic<std::uint32_t> below_[nothing]{};
};

Stack stack;
std::atomic<int> holders[nothing];

void use(std::uint32_t item) {
  if (item == nothing) return;
  assert(holders[item].fetch_add(1) == 0);
  holders[item].fetch_sub(1);
}

void work() {
  const std::uint32_t first = stack.pop();
  use(first);
  const std::uint32_t second = stack.pop();
  use(second);
  if (first != nothing) stack.push(first);
  const std::uint32_t third = stack.pop();
  use(third);
  if (second != nothing) stack.push(second);
  if (third != nothing) stack.push(third);
}

}  // namespace

int main() {
  for (std::uint32_t item = 0; item < nothing; ++item)
    stack.push(item);
  std::thread one(work);
  std::thread two(work);
  one.join();
  two.join();
  int left = 0;
  for (std::uint32_t item = stack.pop(); item != nothing && left <= 3; item = stack.pop())
    ++left;
  assert(left == 3);
  return 0;
}
