#pragma once
// How long the calls of one session may take: until its deadline, and for locks no longer than the
// busy timeout. Without a thread: SQLite asks now and then, and the clock is the one handed in.

#include <poolproof/core/clock.h>

struct sqlite3;

namespace poolproof {

/// One thread at a time. Must outlive the database that it watches, in its place.
class SqlitePatience {
 public:
  SqlitePatience(Clock& clock, Duration busy_timeout) noexcept
      : clock_(clock), busy_timeout_(busy_timeout) {}
  SqlitePatience(const SqlitePatience&) = delete;
  SqlitePatience& operator=(const SqlitePatience&) = delete;

  /// From now on `db` asks here whether to go on, and whether to wait for a lock. To be called
  /// once, before a deadline is set.
  void watch(sqlite3& db) noexcept;
  /// Instant::max() is never, and costs nothing.
  void set_deadline(Instant deadline) noexcept;
  /// Whether the deadline has passed. Reads the clock if there is one.
  [[nodiscard]] bool is_over() const noexcept;
  /// Sleeps for a while, longer each time, and says that a lock is worth another try; or that time
  /// is up. `tries` counts those for the same lock, from 0. Source: SQLite's own busy handler.
  [[nodiscard]] bool wait_again(int tries) noexcept;

 private:
  Clock& clock_;
  const Duration busy_timeout_;
  sqlite3* db_ = nullptr;
  Instant deadline_ = Instant::max();
  Instant locked_since_{};  // of the lock that is being waited for
};

}  // namespace poolproof
