#include <poolproof/subjects/soci/soci_backend.h>

#include <utility>

#include <soci/connection-parameters.h>

#include <poolproof/subjects/client_registry.h>

namespace poolproof::subjects {
namespace {

namespace details = soci::details;

[[noreturn]] void refuse(const char* what) {
  throw soci::soci_error(std::string("the poolproof backend has no ") + what);
}

void run(DbClient& client, std::string_view sql) {
  const auto result = client.execute(sql, {});
  if (!result) throw SociDbError(result.error());
}

class SociStatement final : public details::statement_backend {
 public:
  explicit SociStatement(DbClient& client) noexcept : client_(client) {}

  void alloc() override {}
  void clean_up() override {}
  void prepare(const std::string& query, details::statement_type) override { query_ = query; }

  exec_fetch_result execute(int) override {
    run(client_, query_);
    return ef_no_data;
  }
  exec_fetch_result fetch(int) override { return ef_no_data; }

  long long get_affected_rows() override { return 0; }
  int get_number_of_rows() override { return 0; }
  std::string get_parameter_name(int) const override { refuse("parameters"); }
  std::string rewrite_for_procedure_call(const std::string& query) override { return query; }
  int prepare_for_describe() override { return 0; }
  void describe_column(int, soci::data_type&, std::string&) override { refuse("columns"); }

  details::standard_into_type_backend* make_into_type_backend() override { refuse("output"); }
  details::standard_use_type_backend* make_use_type_backend() override { refuse("parameters"); }
  details::vector_into_type_backend* make_vector_into_type_backend() override { refuse("output"); }
  details::vector_use_type_backend* make_vector_use_type_backend() override {
    refuse("parameters");
  }

 private:
  DbClient& client_;
  std::string query_;
};

class SociBackend final : public soci::backend_factory {
 public:
  details::session_backend* make_session(
      const soci::connection_parameters& parameters) const override {
    const std::string& id = parameters.get_connect_string();
    const ClientSource source = ClientRegistry::instance().find(id);
    if (source.factory == nullptr) {
      throw soci::soci_error("no client factory is registered as '" + id + "'");
    }
    // SOCI has no notion of a login timeout: a backend that wants one reads it from its own
    // connection string.
    auto client = source.factory->connect(Instant::max());
    if (!client) throw SociDbError(std::move(client).error());
    return std::make_unique<SociSession>(*std::move(client)).release();
  }
};

}  // namespace

SociDbError::SociDbError(DbError error)
    : soci::soci_error(error.message), error_(std::move(error)) {}

soci::soci_error::error_category SociDbError::get_error_category() const {
  switch (error_.kind) {
    case DbErrorKind::connection_failed:
    case DbErrorKind::connection_lost:
    case DbErrorKind::timed_out:
      return connection_error;
    case DbErrorKind::rejected:
    case DbErrorKind::syntax_error:
    case DbErrorKind::undefined_name:
    case DbErrorKind::conversion:
    case DbErrorKind::misuse:
      return invalid_statement;
    case DbErrorKind::unique_violation:
    case DbErrorKind::foreign_key_violation:
    case DbErrorKind::not_null_violation:
    case DbErrorKind::check_violation:
    case DbErrorKind::exclusion_violation:
      return constraint_violation;
    case DbErrorKind::ambiguous_commit:
      return unknown_transaction_state;
    case DbErrorKind::permission_denied:
    case DbErrorKind::read_only:
      return no_privilege;
    case DbErrorKind::resource_exhausted:
      return system_error;
    case DbErrorKind::serialization_failure:
    case DbErrorKind::deadlock:
    case DbErrorKind::busy:
    case DbErrorKind::statement_outdated:
    case DbErrorKind::transaction_aborted:
    case DbErrorKind::exception:
      return unknown;
  }
  return unknown;
}

bool SociSession::is_connected() {
  return client_->ping().has_value();
}
void SociSession::begin() {
  run(*client_, "BEGIN");
}
void SociSession::commit() {
  run(*client_, "COMMIT");
}
void SociSession::rollback() {
  run(*client_, "ROLLBACK");
}

details::statement_backend* SociSession::make_statement_backend() {
  return std::make_unique<SociStatement>(*client_).release();
}
details::rowid_backend* SociSession::make_rowid_backend() {
  refuse("row ids");
}
details::blob_backend* SociSession::make_blob_backend() {
  refuse("blobs");
}

const soci::backend_factory& soci_backend() {
  static const SociBackend backend;
  return backend;
}

}  // namespace poolproof::subjects
