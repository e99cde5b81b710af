#pragma once
// Where a subject keeps the leases that its clients have out.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <poolproof/sim/subject/subject.h>

namespace poolproof::subjects {

/// One place for each key. A key has one user at a time, so there is no lock; and no allocation
/// after construction, so that a subject's own book-keeping cannot fail where the pool does not.
template <class T>
class LeaseSlots {
 public:
  /// For keys 0 to `keys` - 1.
  explicit LeaseSlots(std::size_t keys) : leases_(keys) {}

  void put(sim::LeaseKey key, T lease) { at(key).emplace(std::move(lease)); }
  /// Nothing when no lease is out under `key`.
  [[nodiscard]] T* find(sim::LeaseKey key) {
    std::optional<T>& lease = at(key);
    return lease ? &*lease : nullptr;
  }
  /// Ends with the caller: what it does not keep is destroyed at once.
  [[nodiscard]] std::optional<T> take(sim::LeaseKey key) {
    return std::exchange(at(key), std::nullopt);
  }

 private:
  std::optional<T>& at(sim::LeaseKey key) { return leases_.at(static_cast<std::size_t>(key)); }

  std::vector<std::optional<T>> leases_;
};

}  // namespace poolproof::subjects
