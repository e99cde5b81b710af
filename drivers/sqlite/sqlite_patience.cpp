#include <poolproof/drivers/sqlite/sqlite_patience.h>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace poolproof {
namespace {

/// Steps of SQLite's machine between two looks at the clock: tens of microseconds.
constexpr int steps_between_looks = 1'000;

Duration pause_before(int tries) noexcept {
  constexpr std::array pauses_ms = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
  const auto place = std::min(static_cast<std::size_t>(tries), pauses_ms.size() - 1);
  return std::chrono::milliseconds(pauses_ms[place]);
}

int stop_when_over(void* patience) noexcept {
  return static_cast<SqlitePatience*>(patience)->is_over() ? 1 : 0;
}

int wait_for_lock(void* patience, int tries) noexcept {
  return static_cast<SqlitePatience*>(patience)->wait_again(tries) ? 1 : 0;
}

}  // namespace

void SqlitePatience::watch(sqlite3& db) noexcept {
  db_ = &db;
  sqlite3_busy_handler(db_, &wait_for_lock, this);
}

void SqlitePatience::set_deadline(Instant deadline) noexcept {
  set_ = deadline;
  watch_until(deadline);
}

void SqlitePatience::begin_statement() noexcept {
  if (set_ == Instant::max() && statement_timeout_ > Duration::zero())
    watch_until(deadline_after(clock_.now(), statement_timeout_));
}

void SqlitePatience::end_statement() noexcept {
  watch_until(set_);
}

Instant SqlitePatience::end_of_wait() const noexcept {
  return std::min(deadline_after(clock_.now(), busy_timeout_), deadline_);
}

void SqlitePatience::watch_until(Instant deadline) noexcept {
  if (deadline == deadline_) return;
  deadline_ = deadline;
  const bool is_never = deadline == Instant::max();
  sqlite3_progress_handler(db_, steps_between_looks, is_never ? nullptr : &stop_when_over, this);
}

bool SqlitePatience::is_over() const noexcept {
  return deadline_ != Instant::max() && clock_.now() >= deadline_;
}

bool SqlitePatience::wait_again(int tries) noexcept {
  const Instant now = clock_.now();
  if (tries == 0) locked_since_ = now;
  const Instant end = std::min(deadline_after(locked_since_, busy_timeout_), deadline_);
  if (now >= end) return false;
  clock_.sleep_until(std::min(deadline_after(now, pause_before(tries)), end));
  return true;
}

}  // namespace poolproof
