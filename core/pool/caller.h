#pragma once
// One acquire: what was asked, and what became of it.

#include <memory>
#include <optional>
#include <source_location>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/lazy.h>
#include <poolproof/core/pool/waiter.h>

namespace poolproof {

/// Has constructors, where it could be an aggregate: compilers clear the whole of one first, or
/// copy it in halves that are not in the cache yet.
struct Caller {
  /// Waits for so long.
  Caller(std::source_location where, Duration wait) noexcept : taken_by(where), timeout(wait) {}
  /// Waits until then.
  Caller(std::source_location where, Instant until) noexcept
      : taken_by(where), asked_deadline(until) {}
  /// Does not wait: try_acquire.
  explicit Caller(std::source_location where) noexcept : taken_by(where), may_wait(false) {}

  std::source_location taken_by;
  Duration timeout{};
  std::optional<Instant> asked_deadline;  ///< instead of `timeout`
  bool may_wait = true;

  // Set on the first occasion that needs them: a caller who is granted at once reads no clock.
  bool has_begun = false;
  Instant began{};
  Instant deadline{};

  // Guarded by the pool's lock.
  WaiterId place{};           ///< among those who wait, by arrival; 0: it had not to wait yet
  bool is_guest = false;      ///< has yet to leave the pool it waited in
  bool is_cancelled = false;  ///< wants nothing any more
  Lazy<AcquireError> error;   ///< set when the caller is refused, but for the cause
  std::shared_ptr<const DbError> refusal;  ///< why the last connect for it failed

  /// Whether it waits for others at all.
  [[nodiscard]] bool waits() const noexcept { return may_wait && deadline > began; }
};

}  // namespace poolproof
