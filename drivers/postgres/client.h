#pragma once
// A DbClient over one Session. What it promises stands in postgres_client.h.

#include <memory>
#include <string>

#include <poolproof/core/db/db_client.h>
#include <poolproof/drivers/postgres/postgres_options.h>
#include <poolproof/drivers/postgres/postgres_values.h>
#include <poolproof/drivers/postgres/session.h>
#include <poolproof/drivers/postgres/statement_cache.h>

namespace poolproof::postgres {

class Client final : public DbClient {
 public:
  /// `options` and `clock` outlive it.
  Client(ConnectionHandle connection, const PostgresOptions& options, const Clock& clock)
      : options_(options),
        clock_(clock),
        session_(std::move(connection), clock, options.cancel_grace),
        statements_(options.statements_max) {}

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override;
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit) override;
  std::expected<void, DbError> ping() override;
  std::expected<void, DbError> reset() override;

  void set_deadline(Instant deadline) noexcept override { deadline_ = deadline; }
  [[nodiscard]] bool is_in_transaction() const noexcept override {
    return !session_.is_lost() && session_.transaction() != PQTRANS_IDLE;
  }
  [[nodiscard]] bool is_known_dead() noexcept override { return session_.has_hung_up(); }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::postgresql; }

 private:
  /// A statement that the server has been told to run.
  struct Running {
    /// A cancel undoes nothing but what functions in it write: it is a select, and no transaction
    /// is open.
    bool may_be_cancelled = false;
    bool is_commit = false;
    KnownColumns* columns = nullptr;  ///< none where the statement is not kept
  };
  /// The memory of one row, used again for the next.
  struct StreamedRow {
    std::shared_ptr<const ResultSet::Columns> columns;
    ResultSet::Row values;
  };

  template <class Run>
  auto run(std::string_view sql, std::span<const Value> parameters, Run&& run) -> decltype(run());

  std::expected<Running, DbError> begin(std::string_view sql, std::span<const Value> parameters);
  std::expected<PreparedStatement*, DbError> prepared(std::string_view sql,
                                                      std::span<const Value> parameters);
  std::expected<void, DbError> ask_to_prepare(const PreparedStatement& statement);
  std::expected<std::string, DbError> name_for_new();
  void note_effects(const StatementNature& nature);
  std::expected<ResultSet, DbError> all_rows(Running running);
  std::expected<std::uint64_t, DbError> show_rows(const RowVisitor& visit, Running running);
  std::expected<bool, DbError> show_row(const RowVisitor& visit, StreamedRow& streamed,
                                        const PGresult* row, Running running);
  DbError end_at_deadline();
  std::expected<void, DbError> end_early(Running running);
  std::expected<void, DbError> run_simple(const std::string& sql, Instant deadline);
  [[nodiscard]] Instant call_deadline() const;
  [[nodiscard]] bool has_nothing_to_reset() const noexcept;
  [[nodiscard]] std::string reset_text() const;
  bool forget_if_stale(DbError& error, std::string_view sql, std::span<const Value> parameters);
  [[nodiscard]] bool is_stale(const PreparedStatement& statement, const DbError& error) const;

  // constant after construction
  const PostgresOptions& options_;
  const Clock& clock_;

  Session session_;
  StatementCache statements_;
  PreparedStatement uncached_;  // the unnamed one
  std::string unwanted_;  // the name of one that the server still has, but not the cache; or "ALL"
  Instant deadline_ = Instant::max();
  bool may_have_traces_ = false;
  bool has_callers_statements_ = false;  // prepared by the caller
  bool is_streaming_ = false;
  bool may_run_again_ = true;  // no row of the statement has been shown
};

}  // namespace poolproof::postgres
