#pragma once
// One connection, and the ways in which an answer of the server's is waited for. Knows nothing of
// values and rows.

#include <expected>
#include <optional>
#include <string>

#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/postgres/libpq.h>

namespace poolproof::postgres {

/// One thread at a time. Never waits beyond a deadline, but for cancel_grace.
class Session {
 public:
  Session(ConnectionHandle connection, const Clock& clock, Duration cancel_grace) noexcept
      : connection_(std::move(connection)), clock_(clock), cancel_grace_(cancel_grace) {}

  [[nodiscard]] PGconn* connection() const noexcept { return connection_.get(); }
  [[nodiscard]] bool is_lost() const noexcept;
  /// Whether it is lost, or the server has closed its end: a look at the socket, and no wait.
  [[nodiscard]] bool has_hung_up() const noexcept;
  [[nodiscard]] PGTransactionStatusType transaction() const noexcept {
    return PQtransactionStatus(connection_.get());
  }
  [[nodiscard]] DbError lost() const;
  /// The session is of no more use, whatever libpq thinks.
  void lose(std::string why);

  /// What a PQsend... function answered: nothing if it went well.
  std::optional<DbError> sent(int answer);

  [[nodiscard]] bool has_passed(Instant deadline) const {
    return deadline != Instant::max() && clock_.now() >= deadline;
  }

  /// Waits for the next result. A null handle ends a command. No value: `deadline` came first; a
  /// result that is there already comes all the same. An error of the connection comes as a
  /// result, too.
  std::optional<ResultHandle> receive(Instant deadline);

  /// Waits for the rest of the answer, and returns its last result, or its first error. At
  /// `deadline` the statement is cancelled.
  std::expected<ResultHandle, DbError> finish(Instant deadline);

  /// Cancels the statement now, and waits for the end of its answer, of which nothing is kept.
  std::expected<void, DbError> abandon();

  /// The error that `result` is, if it is one.
  std::optional<DbError> error_of(const PGresult* result);
  /// Whether the last error since forget_errors() was that a prepared statement's table is no
  /// longer what it was.
  [[nodiscard]] bool was_outdated() const noexcept { return was_outdated_; }
  void forget_errors() noexcept { was_outdated_ = false; }

 private:
  bool collect(Instant deadline, ResultHandle& kept);
  bool cancel_and_collect(ResultHandle& kept);
  std::expected<ResultHandle, DbError> judged(ResultHandle kept);

  const ConnectionHandle connection_;
  const Clock& clock_;
  const Duration cancel_grace_;
  bool was_outdated_ = false;
  std::optional<DbError> lost_;  // what ended the session, once something has
};

}  // namespace poolproof::postgres
