#include <poolproof/drivers/postgres/client.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <poolproof/core/db/without_values.h>
#include <poolproof/drivers/postgres/connect.h>
#include <poolproof/drivers/postgres/postgres_errors.h>
#include <poolproof/drivers/postgres/session_settings.h>

namespace poolproof::postgres {
namespace {

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

std::expected<void, DbError> Client::begin_session(Instant deadline) {
  PGconn* const connection = session_.connection();
  const int serving = PQbackendPID(connection);
  const bool is_kept = options_.sessions == PostgresSessions::kept;
  const bool is_shared = options_.sessions == PostgresSessions::shared;
  const std::string text = is_kept ? settings() : settings_for_process(is_shared ? 0 : serving);
  std::optional<DbError> error = session_.sent(PQsendQuery(connection, text.c_str()));
  while (!error) {
    const std::optional<ResultHandle> result = session_.receive(deadline);
    if (!result) return std::unexpected(no_session_in_time());
    if (*result == nullptr) break;
    error = session_.error_of(result->get());
    const bool has_process = !error && !is_kept && PQntuples(result->get()) == 1;
    if (has_process) is_shared_ = PQgetvalue(result->get(), 0, 0) != std::to_string(serving);
  }
  is_shared_ |= is_shared;
  owns_names_ = !is_shared_;
  if (!error && !session_.is_lost()) return {};
  if (!error) error = session_.lost();
  error->kind = DbErrorKind::connection_failed;
  return std::unexpected(std::move(*error));
}

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
  if (session_.has_passed(deadline_)) {
    return std::unexpected(
        DbError{DbErrorKind::timed_out, "the deadline passed before the server was asked"});
  }
  return run_simple("", std::min(call_deadline(), deadline_));
}

std::expected<void, DbError> Client::reset() {
  if (is_streaming_) return std::unexpected(misuse("a stream is under way on this session"));
  if (session_.is_lost()) return std::unexpected(session_.lost());
  if (!has_nothing_to_reset()) {  // As after most leases it has: then at once.
    if (auto undone = undo_traces(); !undone) return undone;
  }
  may_have_traces_ = false;
  has_callers_statements_ = false;
  deadline_ = Instant::max();
  return {};
}

std::expected<void, DbError> Client::undo_traces() {
  const std::string rollback = is_in_transaction() ? "ROLLBACK;" : "";
  // Whose session would anything else be done to?
  if (is_shared_)
    return rollback.empty() ? std::expected<void, DbError>{}
                            : run_simple(rollback, call_deadline());
  if (options_.reset == PostgresReset::discard_all) {
    // Refused in a transaction, and what is sent together is one.
    if (!rollback.empty()) {
      if (auto ended = run_simple(rollback, call_deadline()); !ended) return ended;
    }
    return discard_all();
  }
  const bool is_all = options_.reset == PostgresReset::on_demand && !may_have_traces_;
  if (is_all && rollback.empty()) return {};
  if (auto undone = run_simple(is_all ? rollback : rollback + reset_text(), call_deadline());
      !undone)
    return undone;
  if (has_callers_statements_) statements_.take_prepared();
  return {};
}

std::expected<void, DbError> Client::discard_all() {
  constexpr const char* text = "DISCARD ALL";
  PGconn* const connection = session_.connection();
  const auto send = [&](const char* sql) {
    return PQsendQueryParams(connection, sql, 0, nullptr, nullptr, nullptr, nullptr, 0);
  };
  auto error = session_.begin_ahead();
  if (!error) error = session_.sent_ahead(send(text), true);
  if (!error) error = session_.sent_behind(send(settings().c_str()));
  if (error) return std::unexpected(std::move(*error));
  if (auto done = session_.finish(call_deadline()); !done)
    return std::unexpected(std::move(done.error()));
  if (auto refused = session_.ahead_error()) return std::unexpected(std::move(*refused));
  statements_.take_prepared();
  unwanted_.clear();
  return {};
}

bool Client::has_nothing_to_reset() const noexcept {
  return options_.reset == PostgresReset::on_demand && !may_have_traces_ &&
         !has_callers_statements_ && session_.transaction() == PQTRANS_IDLE;
}

/// DISCARD ALL, but for the prepared statements, and with what this driver needs. Source: its page
/// in PostgreSQL's documentation.
std::string Client::reset_text() const {
  std::string text =
      "CLOSE ALL;SET SESSION AUTHORIZATION DEFAULT;RESET ALL;UNLISTEN *;"
      "SELECT pg_catalog.pg_advisory_unlock_all();DISCARD TEMP;DISCARD SEQUENCES;" +
      settings() + ";";
  if (has_callers_statements_) text += "DEALLOCATE ALL;";
  return text;
}

/// Runs a statement again where all that was wrong is how it was prepared.
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
  const Instant deadline = statement_deadline();
  current_ = {.deadline = deadline};
  auto answer = begin_anew(run_once);
  // By name, prepared anew, by its text: the last cannot fail for the preparation.
  for (int again = 1; again <= 2 && !answer; ++again) {
    if (!may_run_again(answer.error(), sql, parameters)) break;
    current_ = {.deadline = deadline, .may_use_name = again == 1};
    answer = begin_anew(run_once);
  }
  if (!answer) return blame(std::move(answer.error()));
  if (current_.drops_prepared) statements_.take_prepared();
  return answer;
}

template <class Run>
auto Client::begin_anew(Run&& run_once) -> decltype(run_once()) {
  // An error that is not the server's would else be taken for the server's last one, and what was
  // done would be done again.
  session_.forget_errors();
  auto answer = run_once();
  note_preparation();
  return answer;
}

std::expected<ResultSet, DbError> Client::all_rows(Running running) {
  auto result = session_.finish(current_.deadline);
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
  if (!session_.pass_ahead(current_.deadline)) return std::unexpected(end_at_deadline());
  PQsetSingleRowMode(session_.connection());
  StreamedRow streamed;
  for (std::uint64_t shown = 0;;) {
    const auto result = session_.receive(current_.deadline);
    const bool is_row = result && PQresultStatus(result->get()) == PGRES_SINGLE_TUPLE;
    if (!result || (is_row && session_.has_passed(current_.deadline)))
      return std::unexpected(end_at_deadline());
    PGresult* const row = result->get();
    if (row == nullptr) {
      session_.leave_ahead(current_.deadline);
      return shown;
    }
    if (auto error = session_.error_of(row)) {
      if (!session_.is_lost()) static_cast<void>(session_.finish(current_.deadline));
      return std::unexpected(std::move(*error));
    }
    if (!is_row) continue;
    if (streamed.columns == nullptr) {
      streamed.columns = columns_of(row, running.columns);
      streamed.values.resize(streamed.columns->size());
    }
    current_.has_shown = true;
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
  auto rest = session_.finish(current_.deadline);  // Cancels.
  if (!rest) return std::move(rest.error());
  return {DbErrorKind::timed_out, "the deadline passed while rows were still coming"};
}

/// Errors: connection_lost. Whatever else becomes of the rest is of no interest.
std::expected<void, DbError> Client::end_early(Running running) {
  if (running.may_be_cancelled) return session_.abandon();
  static_cast<void>(session_.finish(current_.deadline));
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

Instant Client::statement_deadline() const {
  const Duration timeout = options_.statement_timeout;
  if (deadline_ != Instant::max() || timeout == Duration::zero()) return deadline_;
  return deadline_after(clock_.now(), timeout);
}

Instant Client::call_deadline() const {
  const Duration own = options_.call_timeout;
  const Duration timeout =
      own == Duration::zero() ? validation_timeout_ : std::min(own, validation_timeout_);
  return timeout == Duration::max() ? Instant::max() : deadline_after(clock_.now(), timeout);
}

}  // namespace poolproof::postgres
