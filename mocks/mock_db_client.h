#pragma once
// What every client of a mock database has, whatever the database locks with: its session's
// number, and what its holders left behind on it.

#include <cstdint>
#include <string_view>

#include <poolproof/core/db/db_client.h>
#include <poolproof/mocks/client_call.h>

namespace poolproof::mocks {

/// A session of a mock database; every client that connect() returns is one.
class MockDbClient : public DbClient {
 public:
  [[nodiscard]] SessionNumber session() const noexcept { return session_; }
  /// What was left on the session since it was opened or reset: a set of Leftover.
  [[nodiscard]] std::uint32_t leftovers() const noexcept { return leftovers_; }

 protected:
  explicit MockDbClient(SessionNumber session) noexcept : session_(session) {}

  [[nodiscard]] bool is_left(Leftover what) const noexcept {
    return (leftovers_ & static_cast<std::uint32_t>(what)) != 0;
  }
  void note(Leftover what, bool is_left) noexcept {
    leftovers_ &= ~static_cast<std::uint32_t>(what);
    if (is_left) leftovers_ |= static_cast<std::uint32_t>(what);
  }
  /// A statement that took effect and may leave something behind; a store keeps its own books.
  void note_statement(std::string_view sql) noexcept {
    if (sql.starts_with("set ")) note(Leftover::setting, true);
    if (sql.starts_with("prepare ")) note(Leftover::statement, true);
    const bool ends = sql.starts_with("commit") || sql.starts_with("rollback");
    if (ends || sql.starts_with("begin")) note(Leftover::transaction, !ends);
  }
  void forget_leftovers() noexcept { leftovers_ = 0; }

 private:
  SessionNumber session_;
  std::uint32_t leftovers_ = 0;
};

}  // namespace poolproof::mocks
