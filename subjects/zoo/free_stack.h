#pragma once
// Treiber's stack of slot numbers: the free list of pools that want no lock.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace poolproof::subjects::zoo {

/// Whether each change of the head carries a new tag, as in boostorg/lockfree. Untagged, the stack
/// has the ABA mistake: one caller reads that 0 lies on top of 1 and is preempted; others take 0
/// and 1 and bring back 0; the exchange finds 0 on top, as expected, and puts 1 there, which
/// somebody holds.
enum class Head { tagged, untagged };

/// The numbers 0 to size - 1, all there at first. Lock-free; any thread.
template <class Platform, Head kind>
class FreeStack {
 public:
  static constexpr std::size_t none = ~std::size_t{0};

  explicit FreeStack(std::size_t size) : below_(size) {
    for (std::size_t slot = size; slot > 0; --slot)
      push(slot - 1);
  }

  void push(std::size_t slot) {
    std::uint64_t head = head_.load();
    do {
      below_[slot].store(top(head));
    } while (!head_.compare_exchange_weak(head, successor(head, slot + 1)));
  }

  /// A slot that is nobody else's, or none.
  std::size_t pop() {
    std::uint64_t head = head_.load();
    while (top(head) != 0) {
      const std::size_t slot = top(head) - 1;
      // Whoever took the slot meanwhile may be writing here; the exchange has to notice then.
      const std::uint64_t below = below_[slot].load();
      if (head_.compare_exchange_weak(head, successor(head, below))) return slot;
    }
    return none;
  }

 private:
  // The lower half of a head is 1 + the slot on top, 0 for none; the tag is in the upper half.
  static std::uint64_t top(std::uint64_t head) { return head & 0xffffffffU; }
  static std::uint64_t successor(std::uint64_t head, std::uint64_t top) {
    if constexpr (kind == Head::untagged)
      return top;  // The bug: equal heads need not be the same.
    return (((head >> 32U) + 1) << 32U) | top;
  }

  std::vector<typename Platform::template atomic<std::uint64_t>> below_;
  typename Platform::template atomic<std::uint64_t> head_{0};
};

}  // namespace poolproof::subjects::zoo
