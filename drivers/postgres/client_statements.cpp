// How a client tells the server which statement to run: by text, by name, or by a name that is
// prepared in the same round trip.

#include <algorithm>
#include <utility>

#include <poolproof/core/db/sql_tokens.h>
#include <poolproof/drivers/postgres/client.h>
#include <poolproof/drivers/postgres/statement_name.h>

namespace poolproof::postgres {
namespace {

constexpr std::string_view no_such_statement = "26000";
constexpr std::string_view statement_is_there = "42P05";

DbError misuse_of(std::string message) {
  return {DbErrorKind::misuse, std::move(message)};
}

DbError too_late() {
  return {DbErrorKind::timed_out, "the deadline passed before the statement was sent"};
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// What can be known to be wrong before the server sees anything.
std::optional<DbError> refusal(const StatementNature& nature, std::string_view sql,
                               std::span<const Value> parameters) {
  if (nature.kind == StatementNature::Kind::copy) return misuse_of("there is no call for copy");
  if (sql.find('\0') != std::string_view::npos) return misuse_of("the statement has a NUL in it");
  constexpr std::size_t most = SqlToken::number_max - 1;
  if (nature.placeholders > most)
    return misuse_of("PostgreSQL has no placeholder above $" + std::to_string(most));
  if (parameters.size() > most) {
    return misuse_of("PostgreSQL takes at most " + counted(most, "parameter") + ", but " +
                     std::to_string(parameters.size()) + " came");
  }
  if (nature.placeholders == parameters.size()) return std::nullopt;
  return misuse_of("the statement has " + counted(nature.placeholders, "placeholder") + ", but " +
                   counted(parameters.size(), "parameter") + " came with it");
}

/// Refused where sessions are shared: it would be lost, or somebody else's.
std::optional<DbError> refusal_of_shared(const StatementNature& nature) {
  if (nature.kept_by_session.empty()) return std::nullopt;
  return misuse_of(std::string(nature.kept_by_session) +
                   " lasts as long as a session, and behind this proxy each transaction may have "
                   "another one; where it keeps them, as in PgBouncer's session mode, say so with "
                   "PostgresOptions::sessions");
}

bool is_about(const DbError& error, std::string_view code, const KnownStatement& statement) {
  return error.code == code && error.message.find(statement.name) != std::string::npos;
}

}  // namespace

std::expected<Client::Running, DbError> Client::begin(std::string_view sql,
                                                      std::span<const Value> parameters) {
  if (session_.has_passed(current_.deadline)) return std::unexpected(too_late());
  const auto known_one = known(sql, parameters);
  if (!known_one) return std::unexpected(known_one.error());
  const auto encoded = Parameters::encode(parameters);
  if (!encoded) return std::unexpected(encoded.error());
  KnownStatement& statement = **known_one;
  const StatementNature& nature = statement.nature;
  const Running running{.may_be_cancelled = nature.kind == StatementNature::Kind::select &&
                                            session_.transaction() == PQTRANS_IDLE,
                        .is_commit = nature.kind == StatementNature::Kind::commit,
                        .columns = &statement.columns};
  current_.way = way_of(statement);
  current_.drops_prepared = nature.kind == StatementNature::Kind::deallocate;
  if (current_.way == Way::prepared_first) current_.preparing = &statement;
  const auto error = send(statement, *encoded);
  note_effects(nature);
  if (error) return std::unexpected(*error);
  return running;
}

/// Errors: misuse.
std::expected<KnownStatement*, DbError> Client::known(std::string_view sql,
                                                      std::span<const Value> parameters) {
  if (KnownStatement* found = statements_.find(sql, parameters)) return found;
  KnownStatement wanted{
      .sql = std::string(sql), .types = {}, .name = {}, .nature = nature_of(sql)};
  auto refused = refusal(wanted.nature, sql, parameters);
  if (!refused && is_shared_) refused = refusal_of_shared(wanted.nature);
  if (refused) return std::unexpected(std::move(*refused));
  for (const Value& parameter : parameters)
    wanted.types.push_back(type_of(parameter));
  if (wanted.nature.is_prepared_never() || !make_room()) {
    uncached_ = std::move(wanted);
    return &uncached_;
  }
  wanted.name = statement_name(sql, wanted.types);
  return &statements_.add(std::move(wanted));
}

/// For one more in the cache. False: there is none.
bool Client::make_room() {
  if (!statements_.is_enabled()) return false;
  if (!statements_.is_full()) return true;
  // A transaction drops nothing, since what fails in it costs all of it: it must not pile up what
  // is to be dropped.
  constexpr std::size_t unwanted_max = 64;
  if (unwanted_.size() >= unwanted_max && session_.transaction() != PQTRANS_IDLE) return false;
  std::string oldest = statements_.take_oldest();
  if (!oldest.empty()) unwanted_.push_back(std::move(oldest));
  return true;
}

Client::Way Client::way_of(const KnownStatement& statement) const {
  if (statement.name.empty() || !current_.may_use_name) return Way::by_text;
  const PGTransactionStatusType transaction = session_.transaction();
  if (transaction == PQTRANS_IDLE)
    return statement.is_prepared ? Way::by_name : Way::prepared_first;
  if (!owns_names_) return Way::by_text;
  if (statement.is_prepared) return Way::by_name;
  const bool must_be_dropped = std::ranges::find(unwanted_, statement.name) != unwanted_.end();
  return transaction == PQTRANS_INTRANS && !must_be_dropped ? Way::prepared_first : Way::by_text;
}

std::optional<DbError> Client::send(const KnownStatement& statement,
                                    const Parameters& parameters) {
  PGconn* const connection = session_.connection();
  if (current_.way == Way::by_text) {
    return session_.sent(PQsendQueryParams(connection, statement.sql.c_str(), parameters.count(),
                                           statement.types.data(), parameters.values(),
                                           parameters.lengths(), parameters.formats(), 0));
  }
  const auto send_by_name = [&] {
    return PQsendQueryPrepared(connection, statement.name.c_str(), parameters.count(),
                               parameters.values(), parameters.lengths(), parameters.formats(), 0);
  };
  if (current_.way == Way::by_name) return session_.sent(send_by_name());
  if (auto error = send_ahead(statement)) return error;
  return session_.sent_behind(send_by_name());
}

/// Drops what is unwanted and prepares `statement`. In a transaction it only prepares.
std::optional<DbError> Client::send_ahead(const KnownStatement& statement) {
  PGconn* const connection = session_.connection();
  const bool is_apart = session_.transaction() == PQTRANS_IDLE;
  auto error = session_.begin_ahead();
  if (is_apart) {
    for (const std::string& name : std::exchange(unwanted_, {})) {
      const std::string drop = "DEALLOCATE " + name;
      if (error) break;
      error = session_.sent_ahead(
          PQsendQueryParams(connection, drop.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0),
          is_apart);
    }
  }
  if (error) return error;
  const int answer =
      PQsendPrepare(connection, statement.name.c_str(), statement.sql.c_str(),
                    static_cast<int>(statement.types.size()), statement.types.data());
  return session_.sent_ahead(answer, is_apart);
}

void Client::note_effects(const StatementNature& nature) {
  may_have_traces_ |= nature.may_leave_traces;
  has_callers_statements_ |= nature.kind == StatementNature::Kind::prepare;
  // Prepared for tables that are other ones now, a statement would fail, in a transaction for
  // good.
  if (nature.kind == StatementNature::Kind::define) drop_all_prepared();
}

/// Known already is as good as prepared: the name can mean no other statement.
void Client::note_preparation() {
  KnownStatement* const statement = std::exchange(current_.preparing, nullptr);
  if (statement == nullptr) return;
  const Session::Preparation preparation = session_.preparation();
  const bool is_taken = preparation == Session::Preparation::name_is_taken;
  if (is_taken) owns_names_ = false;
  statement->is_prepared = is_taken || preparation == Session::Preparation::done;
}

/// At the next opportunity. Where sessions are shared, each where it turns out to be outdated.
void Client::drop_all_prepared() {
  const std::vector<std::string> names = statements_.take_prepared();
  if (!is_shared_) unwanted_.insert(unwanted_.end(), names.begin(), names.end());
}

/// Whether all that was wrong is the preparation, and the statement may be tried again. In a
/// transaction, which the server has ended, all of it may be: the error then says so. A prepared
/// statement of the caller's own may be stale, too, which costs ours nothing.
bool Client::may_run_again(DbError& error, std::string_view sql,
                           std::span<const Value> parameters) {
  KnownStatement* const statement = statements_.find(sql, parameters);
  if (current_.way == Way::by_text || statement == nullptr) return false;
  const bool is_taken = is_about(error, statement_is_there, *statement);
  const bool is_missing = is_about(error, no_such_statement, *statement);
  const bool is_outdated =
      session_.was_outdated() && statement->nature.kind != StatementNature::Kind::execute;
  if (!is_taken && !is_missing && !is_outdated) return false;
  if (is_taken) owns_names_ = false;
  statement->is_prepared = is_taken;
  const bool ends_transaction = session_.transaction() == PQTRANS_INERROR;
  if (is_outdated && !ends_transaction) unwanted_.push_back(statement->name);
  if (ends_transaction) {
    error.kind = DbErrorKind::statement_outdated;
    // Others may be stale, too, and each would end a transaction of its own.
    if (!is_taken) {
      statement->is_prepared = true;
      drop_all_prepared();
    }
  }
  return !current_.has_shown && session_.transaction() == PQTRANS_IDLE;
}

}  // namespace poolproof::postgres
