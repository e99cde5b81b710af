#pragma once
// A transaction as an object: what is not committed is rolled back. Savepoints and nested
// transactions too. Over one session; taking it out of a pool and running again what lost a race
// is transaction_manager.h's business.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>

namespace poolproof {

/// A database may give a stronger level than was asked for, never a weaker one.
enum class Isolation : std::uint8_t {
  server_default,
  read_committed,
  repeatable_read,
  serializable
};

/// "read committed", as SQL says it; "server default", for which SQL has no words.
std::string_view to_string(Isolation isolation) noexcept;

struct TransactionOptions {
  Isolation isolation = Isolation::server_default;
  bool is_read_only = false;
  /// PostgreSQL only: waits for a snapshot that cannot be the cause of a serialization failure.
  bool is_deferrable = false;
  /// An instant of the clock handed in. No statement and no commit is sent from then on, and what
  /// is under way is given up if the client can (DbClient::set_deadline). It takes the place of
  /// the client's own, which holds for the statements of a transaction that has none. Once it is
  /// over, or a rollback was sent, the client has no deadline.
  Instant deadline = Instant::max();
  /// When a rollback is given up, counted from its beginning, also after the deadline. To give up
  /// may last longer: PostgreSQL has PostgresOptions::cancel_grace to answer.
  Duration rollback_timeout = std::chrono::seconds(1);
  /// Where a TransactionManager is to say how many attempts it began, also when all went well.
  std::uint32_t* attempts = nullptr;
};

/// What begins a transaction, one statement after the other.
///   PostgreSQL  begin [isolation level L] [read only] [deferrable]
///   MySQL       [set transaction isolation level L,] start transaction [read only]
///   SQLite      begin immediate; or for reading: begin deferred, pragma query_only = on.
///               Its transactions are serializable whatever was asked for.
/// Errors: misuse, for deferrable where there is no such thing.
std::expected<std::vector<std::string>, DbError> statements_to_begin(
    Dialect dialect, const TransactionOptions& options);

/// timed_out, as whatever comes too late is told.
DbError deadline_has_passed();

/// Whether the session may serve somebody else although Transaction::begin() failed so.
[[nodiscard]] bool is_session_clean_after(const DbError& failed_begin,
                                          const DbClient& client) noexcept;

enum class TransactionState : std::uint8_t {
  open,
  failed,  ///< PostgreSQL, after an error: only a rollback, or one to a savepoint, is possible
  doomed,  ///< only a rollback is possible
  committed,
  rolled_back,
  lost,        ///< the session is of no more use; the server rolls back what was open
  ambiguous,   ///< it may have taken effect: the session was lost during the commit, or a
               ///< statement ended the transaction
  moved_away,  ///< another object has taken its place
};

class Savepoint;

/// Rolls back at its end unless committed. Move-only; not to be moved while it has savepoints. One
/// thread at a time. Every call but state() blocks as the client does. What the client throws
/// becomes DbErrorKind::exception and loses the session. Client and clock must outlive it.
class [[nodiscard]] Transaction {
 public:
  /// Errors: misuse, also when the client says that a transaction is open; timed_out once the
  /// deadline has passed; and of every kind that the client has. After one that is not
  /// is_session_clean_after() the session should be discarded.
  static std::expected<Transaction, DbError> begin(DbClient& client, const Clock& clock,
                                                   const TransactionOptions& options = {});

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Runs one statement; not for begin, commit, rollback, savepoint and their like. Errors: the
  /// client's; misuse; timed_out once the deadline has passed; transaction_aborted where an
  /// earlier error left nothing but a rollback; ambiguous_commit when the statement, though it
  /// succeeded, has ended the transaction, or others that use the session.
  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters = {});
  /// The same, row by row (DbClient::stream). What `visit` throws passes through.
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit);

  /// Errors: ambiguous_commit when nobody can know whether it took effect: never try again. After
  /// every other error it has not: the error that failed the transaction before, also where a
  /// server would answer such a commit with success; timed_out once the deadline has passed;
  /// misuse while a savepoint is open, or when it has ended or was moved away.
  std::expected<void, DbError> commit();
  /// Nothing to do when it was rolled back before. Errors: the client's, and then the session is
  /// of no more use; misuse after a commit.
  std::expected<void, DbError> rollback();

  /// Where a part of the work can be undone. Errors: as execute().
  std::expected<Savepoint, DbError> savepoint();

  /// A transaction within this one: what `work` did is undone when it returns an error or throws,
  /// and what it throws passes through. `work` takes a Transaction& and returns std::expected<T,
  /// DbError>. Errors: those of `work` and of savepoints.
  template <class Work>
  auto nested(Work&& work) -> std::invoke_result_t<Work, Transaction&>;

  [[nodiscard]] Dialect dialect() const noexcept { return client_->dialect(); }
  [[nodiscard]] TransactionState state() const noexcept { return state_; }
  /// The first error, after which only a rollback is possible. Null when there was none, or when a
  /// savepoint has undone it.
  [[nodiscard]] const DbError* failure() const noexcept { return failure_ ? &*failure_ : nullptr; }
  /// What the database answered to statements of the transaction other than a result, whatever
  /// became of it since: the first of each kind. Not what came of statements after it was moved.
  [[nodiscard]] std::span<const DbError> errors() const noexcept { return errors_; }
  /// Whether it has neither ended nor lost its session.
  [[nodiscard]] bool is_active() const noexcept {
    return state_ == TransactionState::open || state_ == TransactionState::failed ||
           state_ == TransactionState::doomed;
  }
  /// Whether the session may serve somebody else: the transaction has ended and left nothing
  /// behind.
  [[nodiscard]] bool is_session_clean() const noexcept {
    return is_clean_ &&
           (state_ == TransactionState::committed || state_ == TransactionState::rolled_back);
  }

 private:
  friend class Savepoint;

  Transaction(DbClient& client, const Clock& clock, const TransactionOptions& options) noexcept
      : client_(&client), clock_(&clock), options_(options) {}

  std::expected<void, DbError> send(std::string_view sql);
  DbError failed_to_begin(DbError error, bool at_first);
  [[nodiscard]] std::optional<DbError> refusal();
  [[nodiscard]] std::optional<DbError> lateness();
  [[nodiscard]] std::optional<DbError> refusal_of_control(std::string_view sql) const;
  [[nodiscard]] DbError ended() const;
  [[nodiscard]] bool is_final(const DbError& error) const noexcept;
  void note(const DbError& error);
  void remember(const DbError& error);
  [[nodiscard]] bool has_ended_unasked() const noexcept;
  [[nodiscard]] std::optional<DbError> unasked_end(std::string_view sql);
  [[nodiscard]] bool leaves_commit_open(const DbError& error) const noexcept;
  void leave_session();
  void give_up_session(TransactionState state);
  void set_deadline(Instant deadline);
  void take_deadline_back();

  [[nodiscard]] bool has_savepoint(std::uint32_t number) const noexcept;
  void forget_savepoints_from(std::uint32_t number) noexcept;
  std::expected<void, DbError> release_savepoint(std::uint32_t number);
  std::expected<void, DbError> rollback_to_savepoint(std::uint32_t number);

  DbClient* client_;
  const Clock* clock_;
  TransactionOptions options_;
  TransactionState state_ = TransactionState::open;
  bool is_clean_ = true;
  bool client_knows_ = false;                // of transactions: it says whether one is open
  bool has_set_deadline_ = false;            // of the client's
  std::optional<DbError> failure_{};         // set once failed or doomed: why
  std::vector<DbError> errors_{};            // at most one of a kind; stays when it is moved
  std::vector<std::uint32_t> savepoints_{};  // those still open, oldest first
  std::uint32_t savepoints_made_ = 0;
};

/// Undoes what came after it, at its end, unless released. Move-only. Its transaction must outlive
/// it and stay where it is. Ending an older one ends the newer ones with it.
class [[nodiscard]] Savepoint {
 public:
  Savepoint(Savepoint&& other) noexcept
      : transaction_(std::exchange(other.transaction_, nullptr)), number_(other.number_) {}
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();

  /// Keeps what came after it. Errors: as Transaction::execute(); it is then still open, if the
  /// transaction is.
  std::expected<void, DbError> release();
  /// Undoes what came after it; in PostgreSQL the transaction can go on after an error so. Errors:
  /// misuse when it has ended; the error that doomed the transaction; the client's, and then only
  /// a rollback of the whole is possible.
  std::expected<void, DbError> rollback();

 private:
  friend class Transaction;
  Savepoint(Transaction& transaction, std::uint32_t number) noexcept
      : transaction_(&transaction), number_(number) {}

  Transaction* transaction_;
  std::uint32_t number_;
};

template <class Work>
auto Transaction::nested(Work&& work) -> std::invoke_result_t<Work, Transaction&> {
  auto point = savepoint();
  if (!point) return std::unexpected(std::move(point.error()));
  auto result = std::invoke(std::forward<Work>(work), *this);
  if (!result) {
    static_cast<void>(point->rollback());  // Where it fails, the transaction remembers.
    return result;
  }
  if (auto released = point->release(); !released)
    return std::unexpected(std::move(released.error()));
  return result;
}

}  // namespace poolproof
