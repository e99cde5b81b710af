#pragma once
// Somebody in a queue of the pool: a caller who wants a connection, or one who drains it.

#include <cstdint>
#include <source_location>

#include <poolproof/core/pool/pending_events.h>
#include <poolproof/core/pool/slot.h>

namespace poolproof {

/// What a waiter has been given.
enum class Grant : std::uint8_t {
  nothing,     ///< it is still in the queue
  connection,  ///< `slot` holds a connection that is leased to it
  free_slot,   ///< `slot` is reserved for it: it opens the connection
  closed,      ///< the pool has been closed
  cancelled,   ///< it does not want anything any more
  all_free,    ///< the pool that it drains is empty
};

/// A node of the queue. Owned by the caller, on whose stack it usually lives; guarded by the
/// pool's lock, until it has been granted something and whoever granted it has said so. It must be
/// withdrawn, or have heard of its grant, before it dies.
struct Waiter {
  Waiter* previous = nullptr;
  Waiter* next = nullptr;
  WaiterId id{};                      ///< 0: it has just arrived
  Instant began{};                    ///< when its wait began
  Instant wakes_at = Instant::max();  ///< of itself, granted or not
  Grant grant = Grant::nothing;
  Slot* slot = nullptr;
  std::source_location taken_by{};  ///< of the lease that it may be granted
  PendingEvents* events =
      nullptr;  ///< where to note what it is granted; null when nobody observes
};

}  // namespace poolproof
