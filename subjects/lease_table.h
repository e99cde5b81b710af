#pragma once
// Where a subject keeps the leases that its clients have out.

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <poolproof/sim/subject/subject.h>

namespace poolproof::subjects {

/// One lease at most under each key. Any thread; a lease is destroyed by whoever takes it, without
/// the lock.
template <class T>
class LeaseTable {
 public:
  void put(sim::LeaseKey key, T lease) {
    const std::lock_guard guard(mutex_);
    leases_.insert_or_assign(key, std::move(lease));
  }
  /// A copy that stays good while the lease is in the table; nothing when none is out under `key`.
  [[nodiscard]] std::optional<T> find(sim::LeaseKey key) const {
    const std::lock_guard guard(mutex_);
    const auto found = leases_.find(key);
    if (found == leases_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::optional<T> take(sim::LeaseKey key) {
    const std::lock_guard guard(mutex_);
    auto node = leases_.extract(key);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
  }

 private:
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<sim::LeaseKey, T> leases_;
};

}  // namespace poolproof::subjects
