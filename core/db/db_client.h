#pragma once
// The two interfaces a database driver implements. Kept small, so that a fake is a page long: what
// is not pure has a meaning for clients that know no better.

#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/dialect.h>
#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

/// Is shown one row of a streamed result after the other; false: no more of them.
using RowVisitor = std::function<bool(RowView)>;

/// One open session with a database. Destruction closes it and must not throw.
/// One thread at a time. Every call may block. What a call throws is treated by the pool as a lost
/// session.
class DbClient {
 public:
  virtual ~DbClient() = default;

  /// Runs one statement; parameters take the place of the dialect's placeholders, in order.
  /// Errors: of all kinds but connection_failed; misuse for several statements in one text.
  virtual std::expected<ResultSet, DbError> execute(std::string_view sql,
                                                    std::span<const Value> parameters) = 0;
  /// The same, for parameters that are written down: execute("... id = $1", {42}). A class that
  /// declares an execute() of its own hides this one, unless it says `using DbClient::execute;`.
  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::initializer_list<Value> parameters) {
    return execute(sql, std::span(parameters.begin(), parameters.size()));
  }
  /// The same as the first, row by row, without keeping more of them in memory than one batch.
  /// Returns how many rows `visit` was shown. What `visit` throws passes through; the session
  /// stays usable.
  virtual std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                                       std::span<const Value> parameters,
                                                       const RowVisitor& visit);
  /// Asks the server for a sign of life. An error means that the session is of no more use.
  virtual std::expected<void, DbError> ping() = 0;
  /// Undoes what the last user left behind (open transaction, settings, what is temporary). An
  /// error means that it cannot: discard the session.
  virtual std::expected<void, DbError> reset() = 0;

  /// From now on execute(), stream() and ping() give up with timed_out at `deadline`, an instant
  /// of the pool's clock, until another is set or reset() succeeds; Instant::max() is never. The
  /// session stays usable if the server can be told. Clients that cannot give up ignore it.
  virtual void set_deadline(Instant /*deadline*/) noexcept {}
  /// From now on ping() and reset() give up with timed_out when they have taken so long, a ping at
  /// its deadline if that is nearer; Duration::max() is never. Set once, by the pool. Clients that
  /// cannot give up ignore it.
  virtual void set_validation_timeout(Duration /*timeout*/) noexcept {}
  /// Whether a transaction is open, as far as the client knows without asking the server. A lease
  /// that ends so is reset whatever the pool's configuration, and the observer is told.
  [[nodiscard]] virtual bool is_in_transaction() const noexcept { return false; }

  /// Whether the session is surely gone, as far as can be told without a round trip: such as that
  /// the server has hung up. Never waits. False: perhaps it lives.
  [[nodiscard]] virtual bool is_known_dead() noexcept { return false; }

  /// How statements are written for this database: placeholders, quotes, limits. Never changes.
  [[nodiscard]] virtual Dialect dialect() const noexcept = 0;
};

/// Opens sessions. Any thread, several at a time. It must outlive every pool that it was given to
/// and every lease of them. What connect() throws counts as an error of the kind `exception`.
///
/// Example:
///   class RetiredDatabase final : public DbClientFactory {
///    public:
///     std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
///       return std::unexpected(DbError{.kind = DbErrorKind::connection_failed,
///                                      .message = "it was switched off"});
///     }
///   };
class DbClientFactory {
 public:
  virtual ~DbClientFactory() = default;

  /// Opens a session, giving up at `deadline` (an instant of the pool's clock; Instant::max() is
  /// never). Errors: connection_failed, timed_out.  Blocks.
  virtual std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) = 0;
};

}  // namespace poolproof
