#pragma once
// A clock and a database for the tests of this room, which cannot use those of mocks/. Not
// installed.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>

namespace poolproof::fakes {

/// Stands still until told otherwise. Whoever waits is alone, so that waiting is the same as time
/// passing. One thread.
class FakeClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return now_; }
  void sleep_until(Instant instant) override { now_ = instant; }
  void advance(Duration by) { now_ += by; }

  /// Runs `while_waiting` without the lock, then lets time pass until the deadline.
  std::cv_status wait_until(std::condition_variable&, std::unique_lock<std::mutex>& lock,
                            Instant deadline) override {
    if (while_waiting) {
      lock.unlock();
      std::exchange(while_waiting, {})();
      lock.lock();
      return std::cv_status::no_timeout;
    }
    now_ = deadline;
    return std::cv_status::timeout;
  }

  std::function<void()> while_waiting;

 private:
  Instant now_{std::chrono::hours(1)};
};

using Answer = std::expected<void, DbError>;

inline std::unexpected<DbError> lost(const char* message) {
  return std::unexpected(DbError{DbErrorKind::connection_lost, message});
}

/// Counts its sessions, and answers as the test wishes. One thread.
class FakeDatabase final : public DbClientFactory {
 public:
  std::function<Answer()> on_connect = [] { return Answer{}; };
  std::function<Answer()> on_ping = [] { return Answer{}; };
  std::function<Answer()> on_reset = [] { return Answer{}; };
  std::function<void()> on_close = [] {};

  std::size_t connects = 0;
  std::size_t pings = 0;
  std::size_t resets = 0;
  bool is_in_transaction = false;              ///< every session
  bool is_dead = false;                        ///< every session, and it knows
  std::atomic<Duration> validation_timeout{};  ///< as set last, on any session
  Instant call_deadline = Instant::max();      ///< as set last, on any session
  std::size_t open = 0;
  std::size_t open_at_most = 0;
  Instant last_deadline{};

  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override {
    ++connects;
    last_deadline = deadline;
    if (Answer answer = on_connect(); !answer) return std::unexpected(answer.error());
    return std::make_unique<Session>(*this);
  }

 private:
  class Session final : public DbClient {
   public:
    explicit Session(FakeDatabase& database) : database_(database) {
      database_.open_at_most = std::max(database_.open_at_most, ++database_.open);
    }
    ~Session() override {
      database_.on_close();
      --database_.open;
    }
    std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
      return ResultSet{};
    }
    Answer ping() override {
      ++database_.pings;
      return database_.on_ping();
    }
    Answer reset() override {
      ++database_.resets;
      return database_.on_reset();
    }
    [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
    void set_deadline(Instant deadline) noexcept override { database_.call_deadline = deadline; }
    void set_validation_timeout(Duration timeout) noexcept override {
      database_.validation_timeout.store(timeout);
    }
    [[nodiscard]] bool is_known_dead() noexcept override { return database_.is_dead; }
    [[nodiscard]] bool is_in_transaction() const noexcept override {
      return database_.is_in_transaction;
    }

   private:
    FakeDatabase& database_;
  };
};

}  // namespace poolproof::fakes
