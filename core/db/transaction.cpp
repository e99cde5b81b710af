#include <poolproof/core/db/transaction.h>

#include <algorithm>
#include <functional>

#include <poolproof/core/db/client_call.h>
#include <poolproof/core/db/transaction_control.h>
#include <poolproof/core/ensure.h>

namespace poolproof {
namespace {

using State = TransactionState;

/// Whether no savepoint helps after `error`.
bool is_final(const DbError& error) noexcept {
  return is_retry_safe(error) || error.kind == DbErrorKind::timed_out ||
         error.kind == DbErrorKind::resource_exhausted ||
         error.kind == DbErrorKind::transaction_aborted;
}

std::string savepoint_words(std::string_view verb, std::uint32_t number) {
  return std::string(verb) + " savepoint_" + std::to_string(number);
}

}  // namespace

DbError deadline_has_passed() {
  return {.kind = DbErrorKind::timed_out, .message = "the transaction's deadline has passed"};
}

std::expected<Transaction, DbError> Transaction::begin(DbClient& client, const Clock& clock,
                                                       const TransactionOptions& options) {
  const auto statements = statements_to_begin(client.dialect(), options);
  if (!statements) return std::unexpected(statements.error());
  Transaction transaction(client, clock, options);
  if (auto late = transaction.refusal()) {
    transaction.state_ = State::rolled_back;  // Nothing was begun.
    return std::unexpected(std::move(*late));
  }
  client.set_deadline(options.deadline);
  if (auto begun = transaction.send_all(*statements); !begun) {
    transaction.state_ = State::lost;  // Nothing to roll back.
    client.set_deadline(Instant::max());
    return std::unexpected(std::move(begun.error()));
  }
  transaction.client_knows_ = client.is_in_transaction();
  return transaction;
}

Transaction::Transaction(Transaction&& other) noexcept
    : client_(other.client_),
      clock_(other.clock_),
      options_(other.options_),
      state_(std::exchange(other.state_, State::rolled_back)),
      is_clean_(other.is_clean_),
      client_knows_(other.client_knows_),
      failure_(std::move(other.failure_)),
      savepoints_made_(other.savepoints_made_) {
  ensure(other.savepoints_.empty());
}

Transaction::~Transaction() {
  if (is_active()) static_cast<void>(rollback());
}

std::expected<void, DbError> Transaction::send(std::string_view sql) {
  auto answer = call_client([&] { return client_->execute(sql, {}); });
  if (!answer) return std::unexpected(std::move(answer.error()));
  return {};
}

std::expected<void, DbError> Transaction::send_all(std::span<const std::string> statements) {
  for (const std::string& sql : statements) {
    if (auto sent = send(sql); !sent) return sent;
  }
  return {};
}

std::expected<ResultSet, DbError> Transaction::execute(std::string_view sql,
                                                       std::span<const Value> parameters) {
  if (auto refused = refusal()) return std::unexpected(std::move(*refused));
  if (auto control = refusal_of_control(sql)) return std::unexpected(std::move(*control));
  auto answer = call_client([&] { return client_->execute(sql, parameters); });
  if (!answer) {
    note(answer.error());
  } else if (auto end = unasked_end(sql)) {
    return std::unexpected(std::move(*end));
  }
  return answer;
}

std::expected<std::uint64_t, DbError> Transaction::stream(std::string_view sql,
                                                          std::span<const Value> parameters,
                                                          const RowVisitor& visit) {
  if (auto refused = refusal()) return std::unexpected(std::move(*refused));
  if (auto control = refusal_of_control(sql)) return std::unexpected(std::move(*control));
  std::exception_ptr thrown_by_visit;
  const RowVisitor watched = [&](RowView row) {
    try {
      return visit(row);
    } catch (...) {
      thrown_by_visit = std::current_exception();
      return false;
    }
  };
  auto answer = call_client([&] { return client_->stream(sql, parameters, watched); });
  if (!answer) note(answer.error());
  const auto end = answer ? unasked_end(sql) : std::nullopt;
  if (thrown_by_visit) std::rethrow_exception(thrown_by_visit);
  if (end) return std::unexpected(*end);
  return answer;
}

std::expected<void, DbError> Transaction::commit() {
  if (!is_active()) return std::unexpected(ended());
  if (failure_) return std::unexpected(*failure_);
  if (auto refused = refusal()) return std::unexpected(std::move(*refused));
  if (!savepoints_.empty()) {
    return std::unexpected(
        DbError{.kind = DbErrorKind::misuse, .message = "a savepoint is still open"});
  }
  auto committed = send("commit");
  if (committed) {
    state_ = State::committed;
    leave_session();
    return {};
  }
  DbError& error = committed.error();
  if (leaves_commit_open(error)) {
    give_up_session(State::ambiguous);
    error.message = "whether the commit took effect is not known: " + to_string(error);
    error.kind = DbErrorKind::ambiguous_commit;
    return committed;
  }
  state_ = State::doomed;
  failure_ = error;
  return committed;
}

std::expected<void, DbError> Transaction::rollback() {
  if (state_ == State::rolled_back) return {};
  if (!is_active()) return std::unexpected(ended());
  savepoints_.clear();
  client_->set_deadline(deadline_after(clock_->now(), options_.rollback_timeout));
  // SQLite refuses a second rollback. Elsewhere one tells whether the session is still there.
  const bool is_undone = client_->dialect() == Dialect::sqlite && has_ended_unasked();
  if (auto undone = is_undone ? std::expected<void, DbError>{} : send("rollback"); !undone) {
    give_up_session(State::lost);
    return undone;
  }
  state_ = State::rolled_back;
  leave_session();
  return {};
}

/// The session's next user shall not find our settings.
void Transaction::leave_session() {
  if (client_->dialect() == Dialect::sqlite && options_.is_read_only) {
    client_->set_deadline(deadline_after(clock_->now(), options_.rollback_timeout));
    is_clean_ = send("pragma query_only = off").has_value();
  }
  client_->set_deadline(Instant::max());
}

/// Its next user, if there is any, has another deadline.
void Transaction::give_up_session(TransactionState state) {
  state_ = state;
  client_->set_deadline(Instant::max());
}

/// Whether the database has ended the transaction, as far as the client can tell.
bool Transaction::has_ended_unasked() const noexcept {
  return client_knows_ && !client_->is_in_transaction();
}

/// Whether a commit that was answered so may have taken effect all the same: nobody was left to
/// hear the answer, or nobody waited for it. One that only waited for a lock is still to be made.
bool Transaction::leaves_commit_open(const DbError& error) const noexcept {
  if (error.kind != DbErrorKind::timed_out) return is_session_lost(error);
  return !client_knows_ || has_ended_unasked();
}

/// After a statement that succeeded: what to say if there is no transaction any more. Whether it
/// was committed or rolled back, nothing can be done about it.
std::optional<DbError> Transaction::unasked_end(std::string_view sql) {
  if (!has_ended_unasked()) return std::nullopt;
  give_up_session(State::ambiguous);
  failure_ = DbError{.kind = DbErrorKind::ambiguous_commit,
                     .message = "a statement ended the transaction, which may have taken effect",
                     .statement = std::string(sql)};
  return failure_;
}

std::optional<DbError> Transaction::refusal_of_control(std::string_view sql) const {
  if (!is_transaction_control(sql, client_->dialect())) return std::nullopt;
  return DbError{.kind = DbErrorKind::misuse,
                 .message = "use commit(), rollback() or savepoint() instead",
                 .statement = std::string(sql)};
}

/// Why no statement can be sent; nothing when one can.
std::optional<DbError> Transaction::refusal() {
  if (!is_active()) return ended();
  if (failure_) {
    return DbError{.kind = DbErrorKind::transaction_aborted,
                   .message = "only a rollback is possible after: " + to_string(*failure_)};
  }
  return lateness();
}

/// Once its deadline has passed only a rollback is left.
std::optional<DbError> Transaction::lateness() {
  if (clock_->now() < options_.deadline) return std::nullopt;
  state_ = State::doomed;
  failure_ = deadline_has_passed();
  return failure_;
}

DbError Transaction::ended() const {
  switch (state_) {
    case State::lost:
      return {.kind = DbErrorKind::connection_lost,
              .message = "the transaction's session was lost before"};
    case State::ambiguous:
      if (failure_) return *failure_;
      return {.kind = DbErrorKind::ambiguous_commit,
              .message = "the transaction's session was lost during its commit"};
    default:
      return {.kind = DbErrorKind::misuse, .message = "the transaction has ended"};
  }
}

/// A statement failed: what is left of the transaction?
void Transaction::note(const DbError& error) {
  // A driver's own, of which the database saw nothing. A server's words come with a code.
  if (error.kind == DbErrorKind::misuse && error.code.empty()) return;
  if (is_session_lost(error)) {
    give_up_session(State::lost);
    return;
  }
  const bool fails = client_->dialect() == Dialect::postgresql;
  const bool is_doomed = is_final(error) || has_ended_unasked();
  if (!fails && !is_doomed) return;
  state_ = is_doomed ? State::doomed : State::failed;
  failure_ = error;
}

std::expected<Savepoint, DbError> Transaction::savepoint() {
  if (auto refused = refusal()) return std::unexpected(std::move(*refused));
  const std::uint32_t number = ++savepoints_made_;
  savepoints_.reserve(savepoints_.size() + 1);  // Nothing can fail once it is set.
  if (auto set = send(savepoint_words("savepoint", number)); !set) {
    note(set.error());
    return std::unexpected(std::move(set.error()));
  }
  savepoints_.push_back(number);
  return Savepoint(*this, number);
}

bool Transaction::has_savepoint(std::uint32_t number) const noexcept {
  return is_active() && std::ranges::find(savepoints_, number) != savepoints_.end();
}

void Transaction::forget_savepoints_from(std::uint32_t number) noexcept {
  std::erase_if(savepoints_, [number](std::uint32_t one) { return one >= number; });
}

std::expected<void, DbError> Transaction::release_savepoint(std::uint32_t number) {
  if (auto refused = refusal()) return std::unexpected(std::move(*refused));
  auto released = send(savepoint_words("release savepoint", number));
  if (released) {
    forget_savepoints_from(number);
  } else {
    note(released.error());
  }
  return released;
}

std::expected<void, DbError> Transaction::rollback_to_savepoint(std::uint32_t number) {
  if (state_ == State::doomed) return std::unexpected(*failure_);
  if (auto late = lateness()) return std::unexpected(std::move(*late));
  auto undone = send(savepoint_words("rollback to savepoint", number));
  if (undone) undone = send(savepoint_words("release savepoint", number));
  forget_savepoints_from(number);
  if (undone) {
    state_ = State::open;
    failure_.reset();
    return undone;
  }
  state_ = State::doomed;
  failure_ = undone.error();
  if (is_session_lost(undone.error())) give_up_session(State::lost);
  return undone;
}

Savepoint::~Savepoint() {
  if (transaction_ == nullptr || !transaction_->has_savepoint(number_)) return;
  static_cast<void>(rollback());
}

std::expected<void, DbError> Savepoint::release() {
  if (transaction_ == nullptr || !transaction_->has_savepoint(number_)) {
    return std::unexpected(
        DbError{.kind = DbErrorKind::misuse, .message = "the savepoint has ended"});
  }
  return transaction_->release_savepoint(number_);
}

std::expected<void, DbError> Savepoint::rollback() {
  if (transaction_ == nullptr || !transaction_->has_savepoint(number_)) {
    return std::unexpected(
        DbError{.kind = DbErrorKind::misuse, .message = "the savepoint has ended"});
  }
  return transaction_->rollback_to_savepoint(number_);
}

}  // namespace poolproof
