#pragma once
// How long the calls of one session may take: until its deadline, and for locks no longer than the
// busy timeout. Without a thread: SQLite asks now and then, and the clock is the one handed in.

#include <poolproof/core/clock.h>

struct sqlite3;

namespace poolproof {

/// One thread at a time. Must outlive the database that it watches, in its place.
class SqlitePatience {
 public:
  /// `statement_timeout` above 0: a statement has a deadline also where none was set.
  SqlitePatience(Clock& clock, Duration busy_timeout, Duration statement_timeout) noexcept
      : clock_(clock), busy_timeout_(busy_timeout), statement_timeout_(statement_timeout) {}
  SqlitePatience(const SqlitePatience&) = delete;
  SqlitePatience& operator=(const SqlitePatience&) = delete;

  /// From now on `db` asks here whether to go on, and whether to wait for a lock. To be called
  /// once, before a deadline is set.
  void watch(sqlite3& db) noexcept;
  /// Instant::max() is never, and costs nothing.
  void set_deadline(Instant deadline) noexcept;
  /// Between the two, statement_timeout counts.
  void begin_statement() noexcept;
  void end_statement() noexcept;
  /// Until when a lock that is wanted now is waited for.
  [[nodiscard]] Instant end_of_wait() const noexcept;
  /// Whether the deadline has passed. Reads the clock if there is one.
  [[nodiscard]] bool is_over() const noexcept;
  /// Sleeps for a while, longer each time, and says that a lock is worth another try; or that time
  /// is up. `tries` counts those for the same lock, from 0. Source: SQLite's own busy handler.
  [[nodiscard]] bool wait_again(int tries) noexcept;

 private:
  Clock& clock_;
  void watch_until(Instant deadline) noexcept;

  const Duration busy_timeout_;
  const Duration statement_timeout_;
  sqlite3* db_ = nullptr;
  Instant set_ = Instant::max();       // by the caller
  Instant deadline_ = Instant::max();  // that counts now
  Instant locked_since_{};             // of the lock that is being waited for
};

}  // namespace poolproof
