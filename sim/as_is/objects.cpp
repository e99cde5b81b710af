#include <poolproof/sim/as_is/objects.h>

#include <memory>

#include <poolproof/mocks/allocation_faults.h>

namespace poolproof::sim::as_is {

void Objects::clear() noexcept {
  used_ = 0;
  ++epoch_;
}

Objects::Entry& Objects::find(const void* address) noexcept {
  const std::size_t mask = entries_.size() - 1;
  const auto number = reinterpret_cast<std::uintptr_t>(address) >> 3U;
  std::size_t at = (number * 0x9e37'79b9'7f4a'7c15U >> 32U) & mask;
  while (entries_[at].epoch == epoch_ && entries_[at].address != address)
    at = (at + 1) & mask;
  return entries_[at];
}

Object& Objects::at(const void* address, ObjectKind kind) {
  Entry* entry = &find(address);
  if (entry->epoch != epoch_) [[unlikely]] {
    if (2 * (used_ + 1) > entries_.size()) {
      grow();
      entry = &find(address);
    }
    if (used_ == objects_.size()) {
      const mocks::AllocationFaults::Pause pause;
      objects_.emplace_back();
    }
    *entry = {address, epoch_, used_++};
    return made(objects_[entry->object], kind);
  }
  Object& object = objects_[entry->object];
  if (object.kind != kind) [[unlikely]]
    made(object, kind);
  return object;
}

Object& Objects::made(Object& object, ObjectKind kind) noexcept {
  std::construct_at(&object);
  object.kind = kind;
  return object;
}

void Objects::forget(const void* address) noexcept {
  Entry& entry = find(address);
  if (entry.epoch == epoch_) objects_[entry.object].kind = ObjectKind::none;
}

void Objects::grow() {
  const mocks::AllocationFaults::Pause pause;
  std::vector<Entry> before(2 * entries_.size());
  before.swap(entries_);
  for (const Entry& entry : before) {
    if (entry.epoch == epoch_) find(entry.address) = entry;
  }
}

Objects& objects() noexcept {
  static Objects all;
  return all;
}

}  // namespace poolproof::sim::as_is
