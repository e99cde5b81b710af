#pragma once
// What an adapter (the small class of docs/your-own-pool.md) did that it must not do. That is no
// pool's breach of a law: the run ends with the sentence.

#include <atomic>
#include <mutex>
#include <string>

namespace poolproof::sim {

/// The first mistake of one run. Any thread.
class AdapterMistakes {
 public:
  void note(const std::string& sentence);
  /// Empty when there was none.
  [[nodiscard]] std::string first() const;
  [[nodiscard]] bool is_noted() const noexcept {
    return is_noted_.load(std::memory_order_relaxed);
  }
  void clear();

 private:
  mutable std::mutex mutex_;
  std::string first_;  // guarded by mutex_
  std::atomic<bool> is_noted_{false};
};

/// Notes it and ends the execution, or on real threads the operation, by an exception.
void adapter_mistake(AdapterMistakes* mistakes, const std::string& sentence);

}  // namespace poolproof::sim
