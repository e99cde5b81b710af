#pragma once
// The right to have one connection, and the connection that is had.

#include <cstddef>
#include <cstdint>
#include <memory>

#include <poolproof/core/pool/pooled_connection.h>

namespace poolproof {

/// A slot counts against max_size in every stage but `free`. The states of the connection, idle
/// and in_use, are told apart in stage `open` only; in stage `closing` it is invalid.
enum class SlotStage : std::uint8_t { free, opening, open, closing };

/// Who has the connection of an open slot.
enum class Holder : std::uint8_t { nobody, lease, pool_check };

/// When and from which state a connection became invalid. Whoever closes it tells the observer: a
/// whole pool can become invalid at once, and its events must not need memory.
struct Condemnation {
  std::uint64_t sequence = 0;  ///< 0: nobody is listening
  std::uint32_t leases = 0;
  std::uint32_t waiting = 0;
};

/// Guarded by the pool's lock, except: `client` while opening belongs to the opener; everything
/// while closing belongs to the closer. A pool may have 65,536: no more than 128 bytes each, and
/// two threads' leases are on different lines of the cache.
struct alignas(64) Slot : PooledConnection {
  SlotStage stage = SlotStage::free;
  Holder holder = Holder::nobody;
  bool is_reported = false;  ///< the lease that is out has been called overdue
  ConnectionState condemned_from = ConnectionState::idle;
  std::uint64_t generation = 0;  ///< the pool's when the connect began; an older one is evicted
  std::uint64_t refusals_before = 0;  ///< opening: refused connects in a row when it began
  Condemnation condemnation;
  Slot* previous = nullptr;  ///< in the list of free, idle or leased slots
  Slot* next = nullptr;      ///< in the same, or in a chain of slots to close
  Slot* next_in_table = nullptr;
};

static_assert(sizeof(Slot) <= 128);

/// Slots whose addresses never change. A growing pool adds blocks and gives none back.
struct SlotBlock {
  explicit SlotBlock(std::size_t count)
      : slots(std::make_unique_for_overwrite<Slot[]>(count)), size(count) {}

  std::unique_ptr<Slot[]> slots;
  std::size_t size;
  std::unique_ptr<SlotBlock> older;
};

}  // namespace poolproof
