#pragma once
// Why an acquire gave no lease, with the numbers that a person needs to do something about it.

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>

namespace poolproof {

enum class AcquireErrorKind : std::uint8_t {
  timed_out,       ///< the deadline passed first
  exhausted,       ///< try_acquire found neither an idle connection nor a free slot
  closed,          ///< the pool was closed before or during the wait
  connect_failed,  ///< the connection opened for this caller could not be had; see `cause`
  cancelled,       ///< the caller's stop token was asked to stop first
};

std::string_view to_string(AcquireErrorKind kind) noexcept;

/// The numbers were taken under the pool's lock when the acquire gave up.
///
/// Example:
///   auto lease = pool.acquire(std::chrono::milliseconds(50));
///   if (!lease && lease.error().kind == AcquireErrorKind::timed_out)
///     std::cerr << lease.error().message() << "\n";  // who has them, and for how long
struct AcquireError {
  AcquireErrorKind kind = AcquireErrorKind::timed_out;
  Duration waited{};            ///< by this caller, until it gave up
  std::size_t max_size = 0;     ///< as it was then
  std::size_t in_use = 0;       ///< connections that leases and the pool's own checks hold
  std::size_t opening = 0;      ///< slots whose connect is under way
  std::size_t waiting = 0;      ///< callers still in the queue
  Duration oldest_lease_age{};  ///< 0 when none is out, or no knob needs the time
  std::source_location oldest_lease_taken_by{};  ///< an empty file_name() when no lease is out
  DbError cause;  ///< why a connect failed, for connect_failed, and for timed_out where that is
                  ///< why there were not more connections; else as it was made

  /// "no connection within 5 s: max_size 10, in use 10, waiting 3, oldest lease 4.2 s taken at
  /// handlers.cpp:88", with "; cannot connect: <cause>" after it where there is one; "pool is
  /// closed"; "cannot connect: <cause>"; "cancelled after 2 ms".
  [[nodiscard]] std::string message() const;
  [[nodiscard]] bool has_cause() const { return cause != DbError{}; }
};

/// "4.2 s", "15 ms", "0 s", "never" for Duration::max(): two significant places beyond the unit at
/// most.
std::string to_string(Duration duration);

}  // namespace poolproof
