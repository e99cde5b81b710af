#include <poolproof/core/db/transaction.h>

#include <algorithm>
#include <functional>

#include <poolproof/core/db/client_call.h>
#include <poolproof/core/db/transaction_control.h>
#include <poolproof/core/ensure.h>

namespace poolproof {
namespace {

using State = TransactionState;

std::string savepoint_words(std::string_view verb, std::uint32_t number) {
  return std::string(verb) + " savepoint_" + std::to_string(number);
}

/// Keeps the code and the statement of what the commit was answered.
DbError as_ambiguous(DbError error) {
  const bool is_told = error.kind == DbErrorKind::ambiguous_commit;  // By the driver.
  std::string why = is_told ? std::move(error.message)
                            : to_string(DbError{error.kind, std::move(error.message)});
  error.kind = DbErrorKind::ambiguous_commit;
  error.message = "whether the commit took effect is not known";
  if (!why.empty()) error.message += ": " + why;
  return error;
}

}  // namespace

DbError deadline_has_passed() {
  return {.kind = DbErrorKind::timed_out, .message = "the transaction's deadline has passed"};
}

std::expected<Transaction, DbError> Transaction::begin(DbClient& client, const Clock& clock,
                                                       const TransactionOptions& options) {
  const auto statements = statements_to_begin(client.dialect(), options);
  if (!statements) return std::unexpected(statements.error());
  if (client.is_in_transaction()) {
    return std::unexpected(
        DbError{.kind = DbErrorKind::misuse,
                .message = "the session is in a transaction already: use nested() within it"});
  }
  Transaction transaction(client, clock, options);
  if (auto late = transaction.refusal()) {
    transaction.state_ = State::rolled_back;  // Nothing was begun.
    return std::unexpected(std::move(*late));
  }
  if (options.deadline != Instant::max()) transaction.set_deadline(options.deadline);
  for (const std::string& sql : *statements) {
    auto sent = transaction.send(sql);
    if (sent) continue;
    const bool is_first = &sql == &statements->front();
    return std::unexpected(transaction.failed_to_begin(std::move(sent.error()), is_first));
  }
  transaction.client_knows_ = client.is_in_transaction();
  return transaction;
}

/// Leaves nothing behind; where that cannot be, the error says that the session is lost.
DbError Transaction::failed_to_begin(DbError error, bool at_first) {
  if (is_session_lost(error) || (at_first && !client_->is_in_transaction())) {
    give_up_session(State::lost);  // Nothing to roll back.
    return error;
  }
  static_cast<void>(rollback());
  const bool says_clean = is_session_clean_after(error, *client_);
  if (!is_session_clean() && says_clean) error.kind = DbErrorKind::connection_lost;
  return error;
}

bool is_session_clean_after(const DbError& failed_begin, const DbClient& client) noexcept {
  if (is_retry_safe(failed_begin) || failed_begin.kind == DbErrorKind::misuse) return true;
  if (failed_begin == deadline_has_passed()) return true;  // Who came too late has sent nothing.
  // SQLite is not at the other end of a line: what has failed there has not begun.
  return client.dialect() == Dialect::sqlite && !is_session_lost(failed_begin) &&
         !client.is_in_transaction();
}

Transaction::Transaction(Transaction&& other) noexcept
    : client_(other.client_),
      clock_(other.clock_),
      options_(other.options_),
      state_(std::exchange(other.state_, State::moved_away)),
      is_clean_(other.is_clean_),
      client_knows_(other.client_knows_),
      has_set_deadline_(other.has_set_deadline_),
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
  remember(error);
  if (leaves_commit_open(error)) {
    give_up_session(State::ambiguous);
    error = as_ambiguous(std::move(error));
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
  set_deadline(deadline_after(clock_->now(), options_.rollback_timeout));
  // SQLite refuses a second rollback. Elsewhere one tells whether the session is still there.
  const bool is_undone = client_->dialect() == Dialect::sqlite && has_ended_unasked();
  auto undone = is_undone ? std::expected<void, DbError>{} : send("rollback");
  state_ = undone ? State::rolled_back : State::lost;
  if (undone || !is_session_lost(undone.error())) {
    leave_session();
  } else {
    give_up_session(State::lost);
  }
  return undone;
}

/// The session's next user shall not find our settings.
void Transaction::leave_session() {
  if (client_->dialect() == Dialect::sqlite && options_.is_read_only) {
    set_deadline(deadline_after(clock_->now(), options_.rollback_timeout));
    is_clean_ = send("pragma query_only = off").has_value();
  }
  take_deadline_back();
}

void Transaction::give_up_session(TransactionState state) {
  state_ = state;
  take_deadline_back();
}

/// The session's next user has another. One that we did not set stays.
void Transaction::take_deadline_back() {
  if (std::exchange(has_set_deadline_, false)) client_->set_deadline(Instant::max());
}

void Transaction::set_deadline(Instant deadline) {
  has_set_deadline_ = true;
  client_->set_deadline(deadline);
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

/// What to say if there is no transaction any more: `sql`, which succeeded, has ended it, or
/// others that use the session. Whether it was committed or rolled back, nothing can be done about
/// it.
std::optional<DbError> Transaction::unasked_end(std::string_view sql) {
  if (!has_ended_unasked()) return std::nullopt;
  state_ = State::ambiguous;
  leave_session();
  const std::string_view who = sql.empty() ? "other users of the session" : "a statement";
  failure_ = DbError{
      .kind = DbErrorKind::ambiguous_commit,
      .message = std::string(who).append(" ended the transaction, which may have taken effect"),
      .statement = kept_of_statement(sql)};
  return failure_;
}

std::optional<DbError> Transaction::refusal_of_control(std::string_view sql) const {
  if (!is_transaction_control(sql, client_->dialect())) return std::nullopt;
  return DbError{.kind = DbErrorKind::misuse,
                 .message = "use commit(), rollback() or savepoint() instead",
                 .statement = kept_of_statement(sql)};
}

/// Why no statement can be sent; nothing when one can.
std::optional<DbError> Transaction::refusal() {
  if (!is_active()) return ended();
  if (failure_) {
    return DbError{.kind = DbErrorKind::transaction_aborted,
                   .message = "only a rollback is possible after: " + to_string(*failure_)};
  }
  if (auto end = unasked_end({})) return end;
  return lateness();
}

/// Once its deadline has passed only a rollback is left.
std::optional<DbError> Transaction::lateness() {
  if (clock_->now() < options_.deadline) return std::nullopt;
  state_ = State::doomed;
  if (!failure_) failure_ = deadline_has_passed();
  return deadline_has_passed();
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
    case State::moved_away:
      return {.kind = DbErrorKind::misuse,
              .message = "the transaction was moved away: what became of it is not known here"};
    default:
      return {.kind = DbErrorKind::misuse, .message = "the transaction has ended"};
  }
}

/// Whether no savepoint helps after `error`.
bool Transaction::is_final(const DbError& error) const noexcept {
  switch (error.kind) {
    case DbErrorKind::serialization_failure:
    case DbErrorKind::deadlock:
      return true;
    case DbErrorKind::busy:
    case DbErrorKind::statement_outdated:
    case DbErrorKind::timed_out:
    case DbErrorKind::resource_exhausted:
    case DbErrorKind::transaction_aborted:
      // PostgreSQL never ends a transaction so. Elsewhere only a client that can tell is believed.
      return client_->dialect() != Dialect::postgresql && !client_knows_;
    default:
      return false;
  }
}

/// A statement failed: what is left of the transaction?
void Transaction::note(const DbError& error) {
  // A driver's own, of which the database saw nothing. A server's words come with a code.
  if (error.kind == DbErrorKind::misuse && error.code.empty()) return;
  remember(error);
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

void Transaction::remember(const DbError& error) {
  if (std::ranges::find(errors_, error.kind, &DbError::kind) == errors_.end())
    errors_.push_back(error);
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
  remember(undone.error());
  state_ = State::doomed;
  failure_ = undone.error();
  if (is_session_lost(undone.error())) give_up_session(State::lost);
  return undone;
}

Savepoint::~Savepoint() {
  if (transaction_ == nullptr) return;
  if (transaction_->has_savepoint(number_)) static_cast<void>(rollback());
  // Where nothing is sent any more, as after the deadline or without a session, nothing is
  // committed either; but what is gone is not open.
  const auto& open = transaction_->savepoints_;
  if (std::ranges::find(open, number_) != open.end())
    transaction_->forget_savepoints_from(number_);
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
