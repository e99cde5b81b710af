#include <poolproof/core/db/transaction.h>

#include <algorithm>
#include <array>
#include <exception>
#include <functional>

#include <poolproof/core/ensure.h>

namespace poolproof {
namespace {

using State = TransactionState;

std::string_view level_words(Isolation isolation) noexcept {
  switch (isolation) {
    case Isolation::server_default:
      return "";
    case Isolation::read_committed:
      return "read committed";
    case Isolation::repeatable_read:
      return "repeatable read";
    case Isolation::serializable:
      return "serializable";
  }
  return "";
}

std::vector<std::string> begin_in_postgresql(const TransactionOptions& options) {
  std::string begin = "begin";
  if (options.isolation != Isolation::server_default) {
    begin.append(" isolation level ").append(level_words(options.isolation));
  }
  if (options.is_read_only) begin += " read only";
  if (options.is_deferrable) begin += " deferrable";
  return {begin};
}

std::vector<std::string> begin_in_mysql(const TransactionOptions& options) {
  std::vector<std::string> statements;
  if (options.isolation != Isolation::server_default) {
    statements.emplace_back("set transaction isolation level ")
        .append(level_words(options.isolation));
  }
  statements.emplace_back(options.is_read_only ? "start transaction read only"
                                               : "start transaction");
  return statements;
}

/// For writing at once: a deferred transaction that begins to write may find that it is too late,
/// and has then read for nothing.
std::vector<std::string> begin_in_sqlite(const TransactionOptions& options) {
  if (options.is_read_only) return {"pragma query_only = on", "begin deferred"};
  return {"begin immediate"};
}

DbError thrown_error(const char* message) noexcept {
  DbError error{.kind = DbErrorKind::exception};
  try {
    error.message = message;
  } catch (...) {
    error.message.clear();
  }
  return error;
}

/// What the client throws as a value.
template <class Call>
auto answer_of(Call&& call) noexcept -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return std::unexpected(thrown_error(thrown.what()));
  } catch (...) {
    return std::unexpected(thrown_error("not a std::exception"));
  }
}

/// Whether `sql` begins with a word that would end the transaction behind its back, or begin
/// another.
bool is_control(std::string_view sql) noexcept {
  constexpr std::array words{"begin",    "start", "commit",    "end",
                             "rollback", "abort", "savepoint", "release"};
  sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n"), sql.size()));
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto* const end = std::find_if_not(sql.begin(), sql.end(), is_letter);
  const std::string_view first(sql.begin(), end);
  return std::ranges::any_of(words, [&](std::string_view word) {
    return std::ranges::equal(first, word, {}, [](char c) { return c | 0x20; });
  });
}

/// Whether a commit that was answered so may have taken effect all the same: nobody was left to
/// hear the answer, or nobody waited for it.
bool leaves_commit_open(const DbError& error) noexcept {
  return is_session_lost(error) || error.kind == DbErrorKind::timed_out;
}

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

std::expected<std::vector<std::string>, DbError> statements_to_begin(
    Dialect dialect, const TransactionOptions& options) {
  if (options.is_deferrable && dialect != Dialect::postgresql) {
    return std::unexpected(
        DbError{.kind = DbErrorKind::misuse,
                .message = std::string(to_string(dialect)) + " has no deferrable transactions"});
  }
  switch (dialect) {
    case Dialect::postgresql:
      return begin_in_postgresql(options);
    case Dialect::mysql:
      return begin_in_mysql(options);
    case Dialect::sqlite:
      break;
  }
  return begin_in_sqlite(options);
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
  return transaction;
}

Transaction::Transaction(Transaction&& other) noexcept
    : client_(other.client_),
      clock_(other.clock_),
      options_(other.options_),
      state_(std::exchange(other.state_, State::rolled_back)),
      is_clean_(other.is_clean_),
      failure_(std::move(other.failure_)),
      savepoints_made_(other.savepoints_made_) {
  ensure(other.savepoints_.empty());
}

Transaction::~Transaction() {
  if (is_active()) static_cast<void>(rollback());
}

std::expected<void, DbError> Transaction::send(std::string_view sql) {
  auto answer = answer_of([&] { return client_->execute(sql, {}); });
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
  if (is_control(sql)) {
    return std::unexpected(DbError{.kind = DbErrorKind::misuse,
                                   .message = "use commit(), rollback() or savepoint() instead",
                                   .statement = std::string(sql)});
  }
  auto answer = answer_of([&] { return client_->execute(sql, parameters); });
  if (!answer) note(answer.error());
  return answer;
}

std::expected<std::uint64_t, DbError> Transaction::stream(std::string_view sql,
                                                          std::span<const Value> parameters,
                                                          const RowVisitor& visit) {
  if (auto refused = refusal()) return std::unexpected(std::move(*refused));
  std::exception_ptr thrown_by_visit;
  const RowVisitor watched = [&](RowView row) {
    try {
      return visit(row);
    } catch (...) {
      thrown_by_visit = std::current_exception();
      return false;
    }
  };
  auto answer = answer_of([&] { return client_->stream(sql, parameters, watched); });
  if (!answer) note(answer.error());
  if (thrown_by_visit) std::rethrow_exception(thrown_by_visit);
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
    state_ = State::ambiguous;
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
  if (auto undone = send("rollback"); !undone) {
    state_ = State::lost;
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
      return {.kind = DbErrorKind::ambiguous_commit,
              .message = "the transaction's session was lost during its commit"};
    default:
      return {.kind = DbErrorKind::misuse, .message = "the transaction has ended"};
  }
}

/// A statement failed: what is left of the transaction?
void Transaction::note(const DbError& error) {
  if (error.kind == DbErrorKind::misuse) return;  // The database saw nothing.
  if (is_session_lost(error)) {
    state_ = State::lost;
    return;
  }
  const bool fails = client_->dialect() == Dialect::postgresql;
  if (!fails && !is_final(error)) return;
  state_ = is_final(error) ? State::doomed : State::failed;
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
  state_ = is_session_lost(undone.error()) ? State::lost : State::doomed;
  failure_ = undone.error();
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
