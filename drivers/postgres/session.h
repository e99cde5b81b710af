#pragma once
// One connection, and the ways in which an answer of the server's is waited for. Knows nothing of
// values and rows.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/postgres/libpq.h>

namespace poolproof::postgres {

/// One thread at a time. Never waits beyond a deadline, but for cancel_grace.
class Session {
 public:
  Session(ConnectionHandle connection, const Clock& clock, Duration cancel_grace) noexcept;
  /// In a child of the process that opened it, the server hears nothing of it.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

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

  // Commands that go ahead of a statement, in the same round trip: begin_ahead(), for each of
  // them its PQsend... function and sent_ahead(), then the statement's and sent_behind(). Of them
  // the last is the statement's preparation, and whether others fail is of no interest.

  /// Errors: connection_lost.
  std::optional<DbError> begin_ahead();
  /// `is_apart`: what comes after it is run also if it fails.
  std::optional<DbError> sent_ahead(int answer, bool is_apart);
  std::optional<DbError> sent_behind(int answer);
  /// Waits until the next result is the statement's. False: `deadline` came first.
  bool pass_ahead(Instant deadline);
  /// After the last row of a statement that had something ahead: the end of the round trip.
  void leave_ahead(Instant deadline);
  /// The error of the last command that went ahead, if the statement behind it has not said it.
  std::optional<DbError> ahead_error() { return error_of(ahead_error_.get()); }
  /// What became of the last preparation that went ahead.
  enum class Preparation : std::uint8_t { unknown, done, name_is_taken, failed };
  [[nodiscard]] Preparation preparation() const noexcept { return preparation_; }

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
  /// Commands and marks before the statement's own answer.
  struct Ahead {
    int commands = 0;
    int marks = 0;
  };

  [[nodiscard]] bool is_foreign() const noexcept;
  bool collect(Instant deadline, ResultHandle& kept);
  std::optional<DbError> in_pipeline(bool is_well);
  bool is_aside(ResultHandle& result);
  void note_preparation(ResultHandle result);
  bool cancel_and_collect(ResultHandle& kept);
  std::expected<ResultHandle, DbError> judged(ResultHandle kept);

  const std::uint32_t process_;  // that opened it
  const ConnectionHandle connection_;
  const Clock& clock_;
  const Duration cancel_grace_;
  bool was_outdated_ = false;
  bool is_pipelined_ = false;
  Ahead ahead_;
  Preparation preparation_ = Preparation::unknown;
  ResultHandle ahead_error_;     // the preparation's
  std::optional<DbError> lost_;  // what ended the session, once something has
};

}  // namespace poolproof::postgres
