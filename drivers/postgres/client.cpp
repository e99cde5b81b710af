#include <poolproof/drivers/postgres/client.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include <poolproof/core/db/sql_tokens.h>
#include <poolproof/core/db/without_values.h>
#include <poolproof/drivers/postgres/postgres_errors.h>

namespace poolproof::postgres {
namespace {

DbError misuse(std::string message) {
  return {DbErrorKind::misuse, std::move(message)};
}

constexpr std::string_view no_such_statement = "26000";

DbError too_late() {
  return {DbErrorKind::timed_out, "the deadline passed before the statement was sent"};
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// What can be known to be wrong before the server sees anything.
std::optional<DbError> refusal(const StatementNature& nature, std::string_view sql,
                               std::span<const Value> parameters) {
  if (nature.kind == StatementNature::Kind::copy) return misuse("there is no call for copy");
  if (sql.find('\0') != std::string_view::npos) return misuse("the statement has a NUL in it");
  constexpr std::size_t most = SqlToken::number_max - 1;
  if (nature.placeholders > most)
    return misuse("PostgreSQL has no placeholder above $" + std::to_string(most));
  if (parameters.size() > most) {
    return misuse("PostgreSQL takes at most " + counted(most, "parameter") + ", but " +
                  std::to_string(parameters.size()) + " came");
  }
  if (nature.placeholders == parameters.size()) return std::nullopt;
  return misuse("the statement has " + counted(nature.placeholders, "placeholder") + ", but " +
                counted(parameters.size(), "parameter") + " came with it");
}

std::uint64_t affected_rows(PGresult* result) {
  const std::string_view status = PQcmdStatus(result);
  for (const std::string_view word : {"INSERT", "UPDATE", "DELETE", "MERGE"}) {
    if (status.starts_with(word)) return std::strtoull(PQcmdTuples(result), nullptr, 10);
  }
  return 0;
}

std::shared_ptr<const ResultSet::Columns> columns_of(const PGresult* result, KnownColumns* known) {
  return known != nullptr ? known->of(result) : KnownColumns().of(result);
}

std::expected<ResultSet, DbError> to_result_set(PGresult* result, KnownColumns* known) {
  if (PQresultStatus(result) != PGRES_TUPLES_OK)
    return ResultSet::of_affected(affected_rows(result));
  ResultSet all(columns_of(result, known));
  all.set_affected_rows(affected_rows(result));
  const int rows = PQntuples(result);
  all.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    if (auto read = read_row(result, row, all.add_row()); !read)
      return std::unexpected(std::move(read.error()));
  }
  return all;
}

bool forgets_statements(const StatementNature& nature) noexcept {
  return nature.kind == StatementNature::Kind::define ||
         nature.kind == StatementNature::Kind::deallocate;
}

/// True while it lives.
class Flag {
 public:
  explicit Flag(bool& flag) noexcept : flag_(flag) { flag_ = true; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;
  ~Flag() { flag_ = false; }

 private:
  bool& flag_;
};

}  // namespace

std::expected<ResultSet, DbError> Client::execute(std::string_view sql,
                                                  std::span<const Value> parameters) {
  return run(sql, parameters, [&]() -> std::expected<ResultSet, DbError> {
    const auto running = begin(sql, parameters);
    if (!running) return std::unexpected(running.error());
    return all_rows(*running);
  });
}

std::expected<std::uint64_t, DbError> Client::stream(std::string_view sql,
                                                     std::span<const Value> parameters,
                                                     const RowVisitor& visit) {
  return run(sql, parameters, [&]() -> std::expected<std::uint64_t, DbError> {
    const auto running = begin(sql, parameters);
    if (!running) return std::unexpected(running.error());
    const Flag streaming(is_streaming_);
    return show_rows(visit, *running);
  });
}

std::expected<void, DbError> Client::ping() {
  if (is_streaming_) return std::unexpected(misuse("a stream is under way on this session"));
  return run_simple("", call_deadline());
}

std::expected<void, DbError> Client::reset() {
  if (is_streaming_) return std::unexpected(misuse("a stream is under way on this session"));
  if (session_.is_lost()) return std::unexpected(session_.lost());
  if (has_nothing_to_reset()) {  // As after most leases: at once.
    deadline_ = Instant::max();
    return {};
  }
  if (options_.reset == PostgresReset::discard_all) {
    // Refused in a transaction, and what is sent together is one.
    if (is_in_transaction()) {
      if (auto ended = run_simple("ROLLBACK", call_deadline()); !ended) return ended;
    }
    if (auto discarded = run_simple("DISCARD ALL", call_deadline()); !discarded) return discarded;
    statements_.clear();
  } else if (const std::string text = reset_text(); !text.empty()) {
    if (auto undone = run_simple(text, call_deadline()); !undone) return undone;
    if (has_callers_statements_) statements_.clear();
  }
  may_have_traces_ = false;
  has_callers_statements_ = false;
  deadline_ = Instant::max();
  return {};
}

bool Client::has_nothing_to_reset() const noexcept {
  return options_.reset == PostgresReset::on_demand && !may_have_traces_ &&
         !has_callers_statements_ && session_.transaction() == PQTRANS_IDLE;
}

std::string Client::reset_text() const {
  std::string text = is_in_transaction() ? "ROLLBACK;" : "";
  if (options_.reset == PostgresReset::on_demand && !may_have_traces_) return text;
  // DISCARD ALL, but for the prepared statements: source: its page in PostgreSQL's documentation.
  text +=
      "CLOSE ALL;SET SESSION AUTHORIZATION DEFAULT;RESET ALL;UNLISTEN *;"
      "SELECT pg_catalog.pg_advisory_unlock_all();DISCARD TEMP;DISCARD SEQUENCES;";
  if (has_callers_statements_) text += "DEALLOCATE ALL;";
  return text;
}

/// Runs a statement a second time where all that was wrong is that it had to be prepared anew.
template <class Run>
auto Client::run(std::string_view sql, std::span<const Value> parameters, Run&& run_once)
    -> decltype(run_once()) {
  const auto blame = [&](DbError error) {
    error.statement = kept_of_statement(sql);
    if (!error.code.empty())  // The server's words.
      error.message = without_values(std::move(error.message), parameters);
    return std::unexpected(std::move(error));
  };
  if (is_streaming_) return blame(misuse("a stream is under way on this session"));
  if (session_.is_lost()) return blame(session_.lost());
  may_run_again_ = true;
  // An error that is not the server's would else be taken for the server's last one, and what was
  // done would be done again.
  session_.forget_errors();
  auto answer = run_once();
  if (!answer && forget_if_stale(answer.error(), sql, parameters)) answer = run_once();
  if (!answer) return blame(std::move(answer.error()));
  return answer;
}

/// Whether all that was wrong is the preparation, and the statement may be tried again. In a
/// transaction, which the server has ended, all of it may be: the error then says so.
bool Client::forget_if_stale(DbError& error, std::string_view sql,
                             std::span<const Value> parameters) {
  const PreparedStatement* statement = statements_.find(sql, parameters);
  if (statement == nullptr || !is_stale(*statement, error)) return false;
  const bool ends_transaction = session_.transaction() == PQTRANS_INERROR;
  if (ends_transaction) error.kind = DbErrorKind::statement_outdated;
  if (ends_transaction && !has_callers_statements_) {
    // Others may be stale, too, and each would end a transaction of its own.
    unwanted_ = "ALL";
    statements_.clear();
    return false;
  }
  if (error.code != no_such_statement) unwanted_ = statement->name;
  statements_.forget(*statement);
  return may_run_again_ && session_.transaction() == PQTRANS_IDLE;
}

/// A prepared statement of the caller's own may be stale, too, which costs ours nothing.
bool Client::is_stale(const PreparedStatement& statement, const DbError& error) const {
  if (session_.was_outdated()) return statement.nature.kind != StatementNature::Kind::execute;
  const std::size_t named = error.message.find(statement.name);
  if (error.code != no_such_statement || named == std::string::npos) return false;
  const std::string_view rest = std::string_view(error.message).substr(named);
  return rest.find_first_of("0123456789", statement.name.size()) != statement.name.size();
}

std::expected<Client::Running, DbError> Client::begin(std::string_view sql,
                                                      std::span<const Value> parameters) {
  if (session_.has_passed(deadline_)) return std::unexpected(too_late());
  const auto statement = prepared(sql, parameters);
  if (!statement) return std::unexpected(statement.error());
  if (session_.has_passed(deadline_)) return std::unexpected(too_late());
  const auto encoded = Parameters::encode(parameters);
  if (!encoded) return std::unexpected(encoded.error());
  const StatementNature& nature = (*statement)->nature;
  const Running running{.may_be_cancelled = nature.kind == StatementNature::Kind::select &&
                                            session_.transaction() == PQTRANS_IDLE,
                        .is_commit = nature.kind == StatementNature::Kind::commit,
                        .columns = forgets_statements(nature) ? nullptr : &(*statement)->columns};
  const int answer =
      PQsendQueryPrepared(session_.connection(), (*statement)->name.c_str(), encoded->count(),
                          encoded->values(), encoded->lengths(), encoded->formats(), 0);
  note_effects(nature);
  if (auto error = session_.sent(answer)) return std::unexpected(std::move(*error));
  return running;
}

void Client::note_effects(const StatementNature& nature) {
  may_have_traces_ |= nature.may_leave_traces;
  has_callers_statements_ |= nature.kind == StatementNature::Kind::prepare;
  // Prepared for tables that are other ones now, a statement would fail, in a transaction for
  // good.
  const bool is_definition = nature.kind == StatementNature::Kind::define;
  if (is_definition && !has_callers_statements_) unwanted_ = "ALL";
  if (forgets_statements(nature)) statements_.clear();  // Last, since the nature is the cache's.
}

std::expected<PreparedStatement*, DbError> Client::prepared(std::string_view sql,
                                                            std::span<const Value> parameters) {
  if (PreparedStatement* known = statements_.find(sql, parameters)) return known;
  PreparedStatement wanted{
      .sql = std::string(sql), .types = {}, .name = {}, .nature = nature_of(sql)};
  if (auto refused = refusal(wanted.nature, sql, parameters))
    return std::unexpected(std::move(*refused));
  // Before anything is prepared: a parameter that is refused leaves the session as it was.
  if (auto encoded = Parameters::encode(parameters); !encoded)
    return std::unexpected(std::move(encoded.error()));
  for (const Value& parameter : parameters)
    wanted.types.push_back(type_of(parameter));
  auto name = name_for_new();
  if (!name) return std::unexpected(std::move(name.error()));
  wanted.name = std::move(*name);
  if (auto done = ask_to_prepare(wanted); !done) return std::unexpected(std::move(done.error()));
  if (!wanted.name.empty()) return &statements_.add(std::move(wanted));
  uncached_ = std::move(wanted);
  return &uncached_;
}

/// Makes room for one more. The name is empty where there is none.
std::expected<std::string, DbError> Client::name_for_new() {
  if (!statements_.is_enabled()) return std::string();
  const bool must_let_go = statements_.is_full() || !unwanted_.empty();
  if (must_let_go) {
    // An aborted transaction refuses to let go of one.
    if (session_.transaction() == PQTRANS_INERROR) return std::string();
    const std::string name =
        unwanted_.empty() ? statements_.take_oldest() : std::exchange(unwanted_, {});
    auto done = run_simple("DEALLOCATE " + name, deadline_);
    const bool is_gone = done || session_.transaction() == PQTRANS_IDLE;  // Also by other hands.
    if (!is_gone || session_.is_lost()) return std::unexpected(std::move(done.error()));
  }
  return statements_.new_name();
}

std::expected<void, DbError> Client::ask_to_prepare(const PreparedStatement& statement) {
  const int answer =
      PQsendPrepare(session_.connection(), statement.name.c_str(), statement.sql.c_str(),
                    static_cast<int>(statement.types.size()), statement.types.data());
  if (auto error = session_.sent(answer)) return std::unexpected(std::move(*error));
  if (auto done = session_.finish(deadline_); !done)
    return std::unexpected(std::move(done.error()));
  return {};
}

std::expected<ResultSet, DbError> Client::all_rows(Running running) {
  auto result = session_.finish(deadline_);
  if (result && running.is_commit && PQcmdStatus(result->get()) == std::string_view("ROLLBACK")) {
    return std::unexpected(DbError{DbErrorKind::transaction_aborted,
                                   "an earlier error had ended the transaction: the commit rolled "
                                   "it back"});
  }
  if (result) return to_result_set(result->get(), running.columns);
  if (running.is_commit && result.error().kind == DbErrorKind::connection_lost)
    result.error().kind = DbErrorKind::ambiguous_commit;
  return std::unexpected(std::move(result.error()));
}

std::expected<std::uint64_t, DbError> Client::show_rows(const RowVisitor& visit, Running running) {
  PQsetSingleRowMode(session_.connection());
  StreamedRow streamed;
  for (std::uint64_t shown = 0;;) {
    const auto result = session_.receive(deadline_);
    const bool is_row = result && PQresultStatus(result->get()) == PGRES_SINGLE_TUPLE;
    if (!result || (is_row && session_.has_passed(deadline_)))
      return std::unexpected(end_at_deadline());
    PGresult* const row = result->get();
    if (row == nullptr) return shown;
    if (auto error = session_.error_of(row)) {
      if (!session_.is_lost()) static_cast<void>(session_.finish(deadline_));
      return std::unexpected(std::move(*error));
    }
    if (!is_row) continue;
    if (streamed.columns == nullptr) {
      streamed.columns = columns_of(row, running.columns);
      streamed.values.resize(streamed.columns->size());
    }
    may_run_again_ = false;
    ++shown;
    const auto goes_on = show_row(visit, streamed, row, running);
    if (!goes_on) return std::unexpected(goes_on.error());
    if (!*goes_on) return shown;
  }
}

/// Whatever keeps it from going on, the rest of the answer is then done with.
std::expected<bool, DbError> Client::show_row(const RowVisitor& visit, StreamedRow& streamed,
                                              const PGresult* row, Running running) {
  std::expected<void, DbError> read;
  bool goes_on = false;
  try {
    read = read_row(row, 0, streamed.values);
    goes_on = read && visit(RowView(*streamed.columns, streamed.values));
  } catch (...) {
    static_cast<void>(end_early(running));
    throw;
  }
  if (goes_on) return true;
  if (auto ended = end_early(running); !ended) return std::unexpected(std::move(ended.error()));
  if (!read) return std::unexpected(read.error());
  return false;
}

DbError Client::end_at_deadline() {
  auto rest = session_.finish(deadline_);  // Cancels.
  if (!rest) return std::move(rest.error());
  return {DbErrorKind::timed_out, "the deadline passed while rows were still coming"};
}

/// Errors: connection_lost. Whatever else becomes of the rest is of no interest.
std::expected<void, DbError> Client::end_early(Running running) {
  if (running.may_be_cancelled) return session_.abandon();
  static_cast<void>(session_.finish(deadline_));
  if (session_.is_lost()) return std::unexpected(session_.lost());
  return {};
}

std::expected<void, DbError> Client::run_simple(const std::string& sql, Instant deadline) {
  if (session_.is_lost()) return std::unexpected(session_.lost());
  if (auto error = session_.sent(PQsendQuery(session_.connection(), sql.c_str())))
    return std::unexpected(std::move(*error));
  if (auto done = session_.finish(deadline); !done)
    return std::unexpected(std::move(done.error()));
  return {};
}

Instant Client::call_deadline() const {
  const Duration timeout = options_.call_timeout;
  return timeout == Duration::zero() ? Instant::max() : deadline_after(clock_.now(), timeout);
}

}  // namespace poolproof::postgres
