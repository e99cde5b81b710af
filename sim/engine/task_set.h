#pragma once
// A set of tasks, made for executions that have few and right for those that have many: the first
// 63 tasks are bits of one word, whose last bit says whether the other words are to be looked at.
// So a step of an execution with few tasks costs what a single word costs.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <poolproof/sim/engine/task_id.h>

namespace poolproof::sim {

class TaskSet {
 public:
  TaskSet() noexcept {}  // The other words are read only where the first says so.
  explicit TaskSet(TaskId task) noexcept {
    const auto index = static_cast<std::uint32_t>(task);
    if (index < near) [[likely]] {
      first_ = std::uint64_t{1} << index;
    } else {
      become_many();
      far_[(index - near) / 64] = std::uint64_t{1} << (index - near) % 64;
    }
  }
  TaskSet(const TaskSet& other) noexcept : first_(other.first_) {
    if (other.is_many()) [[unlikely]]
      far_ = other.far_;
  }
  TaskSet& operator=(const TaskSet& other) noexcept {
    first_ = other.first_;
    if (other.is_many()) [[unlikely]]
      far_ = other.far_;
    return *this;
  }

  [[nodiscard]] bool is_empty() const noexcept { return first_ == 0; }
  [[nodiscard]] bool has(TaskId task) const noexcept {
    return !(*this & TaskSet(task)).is_empty();
  }
  /// Whether a set that is not empty has exactly one task.
  [[nodiscard]] bool has_one() const noexcept {
    if (is_many()) [[unlikely]]
      return count() == 1;
    return (first_ & (first_ - 1)) == 0;
  }
  [[nodiscard]] std::uint32_t count() const noexcept {
    std::uint32_t sum = bits_of(first_ & ~many);
    if (is_many()) [[unlikely]] {
      for (const std::uint64_t word : far_)
        sum += bits_of(word);
    }
    return sum;
  }
  /// The task with the lowest number of a set that is not empty.
  [[nodiscard]] TaskId lowest() const noexcept {
    const std::uint64_t here = first_ & ~many;
    if (here != 0) [[likely]]
      return TaskId(static_cast<std::uint16_t>(std::countr_zero(here)));
    std::uint32_t index = near;
    std::size_t word = 0;
    for (; far_[word] == 0; ++word)
      index += 64;
    index += static_cast<std::uint32_t>(std::countr_zero(far_[word]));
    return TaskId(static_cast<std::uint16_t>(index));
  }
  /// The `n`-th task in order of number, from 0; there are more than `n`.
  [[nodiscard]] TaskId nth(std::uint32_t n) const noexcept {
    TaskSet rest = *this;
    for (; n > 0; --n)
      rest.remove_lowest();
    return rest.lowest();
  }
  /// How many have a lower number than `task`.
  [[nodiscard]] std::uint32_t count_below(TaskId task) const noexcept {
    const auto index = static_cast<std::uint32_t>(task);
    if (index < near) [[likely]]
      return bits_of(first_ & ((std::uint64_t{1} << index) - 1));
    std::uint32_t sum = 0;
    for (TaskSet rest = *this; !rest.is_empty() && rest.lowest() < task; rest.remove_lowest())
      ++sum;
    return sum;
  }
  void remove_lowest() noexcept {
    if (is_many()) [[unlikely]]
      return remove(lowest());
    first_ &= first_ - 1;
  }
  void add(TaskId task) noexcept { *this |= TaskSet(task); }
  void remove(TaskId task) noexcept { *this -= TaskSet(task); }
  void clear() noexcept { first_ = 0; }

  TaskSet& operator|=(const TaskSet& other) noexcept {
    if (((first_ | other.first_) & many) != 0) [[unlikely]] {
      if (!is_many()) become_many();
      for (std::size_t i = 0; other.is_many() && i < far_.size(); ++i)
        far_[i] |= other.far_[i];
    }
    first_ |= other.first_;
    return *this;
  }
  TaskSet& operator&=(const TaskSet& other) noexcept {
    first_ &= other.first_;
    if (is_many()) [[unlikely]] {
      for (std::size_t i = 0; i < far_.size(); ++i)
        far_[i] &= other.far_[i];
      note_whether_many();
    }
    return *this;
  }
  /// Takes the tasks of `other` out.
  TaskSet& operator-=(const TaskSet& other) noexcept {
    first_ &= ~(other.first_ & ~many);
    if ((first_ & other.first_ & many) != 0) [[unlikely]] {
      for (std::size_t i = 0; i < far_.size(); ++i)
        far_[i] &= ~other.far_[i];
      note_whether_many();
    }
    return *this;
  }
  friend TaskSet operator|(TaskSet a, const TaskSet& b) noexcept { return a |= b; }
  friend TaskSet operator&(TaskSet a, const TaskSet& b) noexcept { return a &= b; }
  friend TaskSet operator-(TaskSet a, const TaskSet& b) noexcept { return a -= b; }
  friend bool operator==(const TaskSet& a, const TaskSet& b) noexcept {
    return a.first_ == b.first_ && (!a.is_many() || a.far_ == b.far_);
  }

  class Iterator;
  /// In order of number.
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

 private:
  static constexpr std::uint32_t near = 63;  // tasks that are bits of the first word
  static constexpr std::uint64_t many = std::uint64_t{1} << near;

  // A table, because compilers turn the other ways into a library call on processors that might
  // lack the instruction, and this is asked at every step.
  static constexpr auto bit_counts = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t i = 1; i < table.size(); ++i)
      table[i] = static_cast<std::uint8_t>(table[i / 2] + i % 2);
    return table;
  }();
  static std::uint32_t bits_of(std::uint64_t word) noexcept {
    std::uint32_t sum = 0;
    for (; word != 0; word >>= 8U)
      sum += bit_counts[word & 0xffU];
    return sum;
  }

  [[nodiscard]] bool is_many() const noexcept { return (first_ & many) != 0; }
  void become_many() noexcept {
    first_ |= many;
    far_ = {};
  }
  void note_whether_many() noexcept {
    if (far_ == decltype(far_){}) first_ &= ~many;
  }

  std::uint64_t first_ = 0;
  std::array<std::uint64_t, (tasks_max - near + 63) / 64> far_;  // only while is_many()
};

class TaskSet::Iterator {
 public:
  using value_type = TaskId;
  using difference_type = std::ptrdiff_t;
  explicit Iterator(const TaskSet& rest) noexcept : rest_(rest) {}
  TaskId operator*() const noexcept { return rest_.lowest(); }
  Iterator& operator++() noexcept {
    rest_.remove_lowest();
    return *this;
  }
  friend bool operator==(const Iterator& at, std::default_sentinel_t) noexcept {
    return at.rest_.is_empty();
  }

 private:
  TaskSet rest_;
};

inline TaskSet::Iterator TaskSet::begin() const noexcept {
  return Iterator(*this);
}

}  // namespace poolproof::sim
