#pragma once
// One acquire: what was asked, and what became of it.

#include <memory>
#include <optional>
#include <source_location>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/waiter.h>

namespace poolproof {

struct Caller {
  std::source_location taken_by{};
  Duration timeout{};
  std::optional<Instant> asked_deadline{};  ///< instead of `timeout`
  bool may_wait = true;                     ///< false for try_acquire

  // Set on the first occasion that needs them: a caller who is granted at once reads no clock.
  bool has_begun = false;
  Instant began{};
  Instant deadline{};

  // Guarded by the pool's lock.
  bool is_guest = false;                     ///< has yet to leave the pool it waited in
  bool is_cancelled = false;                 ///< wants nothing any more
  Waiter* waiter = nullptr;                  ///< its place, while it is in the queue
  std::optional<AcquireError> error{};       ///< set when the caller is refused, but for the cause
  std::shared_ptr<const DbError> refusal{};  ///< why the last connect for it failed

  /// Whether it waits for others at all.
  [[nodiscard]] bool waits() const noexcept { return may_wait && deadline > began; }
};

}  // namespace poolproof
