#pragma once
// A SOCI backend whose sessions are DbClients: it lets SOCI's own connection_pool be judged,
// unmodified. Statements run without parameters and without output; binding, blobs and row ids are
// refused.

#include <memory>
#include <string>

#include <soci/error.h>
#include <soci/soci-backend.h>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// What a DbError becomes. get_error_message() is the DbError's message; the category says
/// connection_error when the session could not be had or is lost.
class SociDbError : public soci::soci_error {
 public:
  explicit SociDbError(DbError error);

  [[nodiscard]] const DbError& error() const noexcept { return error_; }
  [[nodiscard]] error_category get_error_category() const override;

 private:
  DbError error_;
};

/// One session, as SOCI sees it. Destruction closes the client.
class SociSession final : public soci::details::session_backend {
 public:
  explicit SociSession(std::unique_ptr<DbClient> client) noexcept : client_(std::move(client)) {}

  [[nodiscard]] DbClient& client() const noexcept { return *client_; }

  /// Asks the server: a ping. Throws what the client throws.
  bool is_connected() override;
  /// Each is one statement. Errors: SociDbError.
  void begin() override;
  void commit() override;
  void rollback() override;

  [[nodiscard]] std::string get_dummy_from_table() const override { return {}; }
  [[nodiscard]] std::string get_backend_name() const override { return "poolproof"; }

  soci::details::statement_backend* make_statement_backend() override;
  soci::details::rowid_backend* make_rowid_backend() override;
  soci::details::blob_backend* make_blob_backend() override;

 private:
  std::unique_ptr<DbClient> client_;
};

/// The connection string is a ClientRegistry entry's. Any thread; lives as long as the program.
/// Errors of make_session: SociDbError when the connect fails, soci_error when nobody registered
/// the string.
const soci::backend_factory& soci_backend();

}  // namespace poolproof::subjects
