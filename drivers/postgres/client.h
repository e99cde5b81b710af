#pragma once
// A DbClient over one Session. What it promises stands in postgres_client.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <poolproof/core/db/db_client.h>
#include <poolproof/drivers/postgres/postgres_options.h>
#include <poolproof/drivers/postgres/postgres_values.h>
#include <poolproof/drivers/postgres/session.h>
#include <poolproof/drivers/postgres/statement_cache.h>

namespace poolproof::postgres {

inline DbError misuse(std::string message) {
  return {DbErrorKind::misuse, std::move(message)};
}

class Client final : public DbClient {
 public:
  /// `options` and `clock` outlive it.
  Client(ConnectionHandle connection, const PostgresOptions& options, const Clock& clock)
      : options_(options),
        clock_(clock),
        session_(std::move(connection), clock, options.cancel_grace),
        statements_(options.statements_max) {}

  /// Makes the session what this driver needs. To be called first. Errors: connection_failed,
  /// timed_out.
  std::expected<void, DbError> begin_session(Instant deadline);

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override;
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit) override;
  std::expected<void, DbError> ping() override;
  std::expected<void, DbError> reset() override;

  void set_deadline(Instant deadline) noexcept override { deadline_ = deadline; }
  void set_validation_timeout(Duration timeout) noexcept override {
    validation_timeout_ = timeout;
  }
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
  /// How the server is told which statement to run.
  enum class Way : std::uint8_t {
    by_text,  ///< parsed for this run alone
    by_name,
    prepared_first,  ///< by name, and the preparation goes ahead
  };
  /// The statement that is being run.
  struct Current {
    Instant deadline = Instant::max();
    bool may_use_name = true;
    Way way = Way::by_text;
    KnownStatement* preparing = nullptr;  ///< where the preparation goes ahead
    bool drops_prepared = false;
    bool has_shown = false;  ///< a row
  };
  /// The memory of one row, used again for the next.
  struct StreamedRow {
    std::shared_ptr<const ResultSet::Columns> columns;
    ResultSet::Row values;
  };

  template <class Run>
  auto run(std::string_view sql, std::span<const Value> parameters, Run&& run_once)
      -> decltype(run_once());
  template <class Run>
  auto begin_anew(Run&& run_once) -> decltype(run_once());

  std::expected<Running, DbError> begin(std::string_view sql, std::span<const Value> parameters);
  std::expected<KnownStatement*, DbError> known(std::string_view sql,
                                                std::span<const Value> parameters);
  bool make_room();
  [[nodiscard]] Way way_of(const KnownStatement& statement) const;
  std::optional<DbError> send(const KnownStatement& statement, const Parameters& parameters);
  std::optional<DbError> send_ahead(const KnownStatement& statement);
  void note_effects(const StatementNature& nature);
  void note_preparation();
  void drop_all_prepared();
  std::expected<ResultSet, DbError> all_rows(Running running);
  std::expected<std::uint64_t, DbError> show_rows(const RowVisitor& visit, Running running);
  std::expected<bool, DbError> show_row(const RowVisitor& visit, StreamedRow& streamed,
                                        const PGresult* row, Running running);
  DbError end_at_deadline();
  std::expected<void, DbError> end_early(Running running);
  std::expected<void, DbError> run_simple(const std::string& sql, Instant deadline);
  [[nodiscard]] Instant statement_deadline() const;
  [[nodiscard]] Instant call_deadline() const;
  [[nodiscard]] bool has_nothing_to_reset() const noexcept;
  [[nodiscard]] std::string reset_text() const;
  std::expected<void, DbError> undo_traces();
  std::expected<void, DbError> discard_all();
  bool may_run_again(DbError& error, std::string_view sql, std::span<const Value> parameters);

  // constant after construction
  const PostgresOptions& options_;
  const Clock& clock_;

  Session session_;
  StatementCache statements_;
  KnownStatement uncached_;
  /// Names that the server is to drop before anything is prepared.
  std::vector<std::string> unwanted_;
  bool is_shared_ = false;  // sessions are: see PostgresSessions
  /// Whether a name of ours is on the server only if we prepared it: in a transaction an error
  /// about names costs all of it.
  bool owns_names_ = true;
  Instant deadline_ = Instant::max();
  Duration validation_timeout_ = Duration::max();
  bool may_have_traces_ = false;
  bool has_callers_statements_ = false;  // prepared by the caller
  bool is_streaming_ = false;
  Current current_;
};

}  // namespace poolproof::postgres
