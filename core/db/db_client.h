#pragma once
// The two interfaces a database driver implements. Kept small, so that a fake is a page long.

#include <expected>
#include <memory>
#include <span>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/dialect.h>
#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

/// One open session with a database. Destruction closes it and must not throw.
/// One thread at a time. Every call may block. What a call throws is treated by the pool as a lost
/// session.
class DbClient {
 public:
  virtual ~DbClient() = default;

  /// Runs one statement; parameters take the place of the dialect's placeholders, in order.
  virtual std::expected<ResultSet, DbError> execute(std::string_view sql,
                                                    std::span<const Value> parameters) = 0;
  /// Asks the server for a sign of life. An error means that the session is of no more use.
  virtual std::expected<void, DbError> ping() = 0;
  /// Undoes what the last user left behind (open transaction, settings). An error means: discard
  /// it.
  virtual std::expected<void, DbError> reset() = 0;

  [[nodiscard]] virtual Dialect dialect() const noexcept = 0;
};

/// Opens sessions. Any thread, several at a time.
class DbClientFactory {
 public:
  virtual ~DbClientFactory() = default;

  /// Opens a session, giving up at `deadline` (an instant of the pool's clock; Instant::max() is
  /// never). Errors: connection_failed, timed_out.  Blocks.
  virtual std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) = 0;
};

}  // namespace poolproof
