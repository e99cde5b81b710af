#pragma once
// Whose turn it is to write, among the sessions of one factory. SQLite has one writer at a time,
// and those who wait for it only look again now and then: whoever looks first gets it, and some
// wait for ever. Here the first come is the first served; other processes, and other factories,
// are still waited for in SQLite's way.

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>

#include <poolproof/core/clock.h>

namespace poolproof {

/// Any thread.
class SqliteWriteQueue {
 public:
  /// False: somebody has the turn, or waits for it.
  [[nodiscard]] bool try_enter();
  /// Waits for the turn. False: `deadline` came first.
  [[nodiscard]] bool enter(ThreadClock& clock, Instant deadline);
  /// Gives the turn to who has waited for longest.
  void leave() noexcept;

 private:
  struct Waiter {
    std::condition_variable turn;
    bool has_turn = false;
  };

  std::mutex mutex_;
  // guarded by mutex_
  bool is_taken_ = false;
  std::list<Waiter*> waiting_;  // on their callers' stacks
};

/// One session's turn, while it has it. One thread at a time.
class SqliteWriteTurn {
 public:
  /// `queue` may be null: every turn is had at once then.
  explicit SqliteWriteTurn(std::shared_ptr<SqliteWriteQueue> queue) noexcept
      : queue_(std::move(queue)) {}
  SqliteWriteTurn(const SqliteWriteTurn&) = delete;
  SqliteWriteTurn& operator=(const SqliteWriteTurn&) = delete;
  ~SqliteWriteTurn() { end(); }

  [[nodiscard]] bool try_begin();
  /// False: `deadline` came first.
  [[nodiscard]] bool begin(ThreadClock& clock, Instant deadline);
  void end() noexcept;
  /// In a child of the process that has it.
  void forget() noexcept { has_begun_ = false; }

 private:
  const std::shared_ptr<SqliteWriteQueue> queue_;
  bool has_begun_ = false;
};

}  // namespace poolproof
