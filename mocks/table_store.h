#pragma once
// A small transactional store: tables of whole numbers, kept in memory, with snapshot isolation.
// It never waits: where a database would wait for a row, it answers serialization_failure. A
// BasicMockDatabase that a store is attached to lets it answer (mock_database.h). Its SQL:
// table_sql.h.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/transaction.h>
#include <poolproof/core/db/value.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/mocks/table_sql.h>

namespace poolproof::mocks {

/// What became of a transaction at the server, whatever its client was told.
enum class StoreEffect : std::uint8_t {
  began,
  changed,  ///< a row, by the commit that is told next
  committed,
  rolled_back,  ///< by rollback, or by a commit that was refused
  undone,       ///< what a session's last user left open was rolled back by reset
};

struct StoreDetail {
  std::int64_t row = 0;     ///< changed: its id
  std::int64_t change = 0;  ///< changed: the new value less the old one; no row counts as 0
  TransactionMode mode{};   ///< committed, rolled_back: of the transaction that has ended
};

/// Is told in the order in which things take effect, with the mock's lock held: it must call
/// neither mock nor store.
class StoreListener {
 public:
  virtual ~StoreListener() = default;
  virtual void on_effect(StoreEffect effect, SessionNumber session, const StoreDetail& detail) = 0;
};

/// Committed rows and open transactions, after PostgreSQL's manner: after an error within a
/// transaction all but a rollback (to a savepoint too) is transaction_aborted, and a commit rolls
/// back and answers well. A begin within a transaction answers well and changes nothing.
/// - read committed (the default): a statement sees what was committed before it.
/// - repeatable read: the transaction sees what was committed before it began.
/// - serializable: likewise, and a commit fails when what the transaction read has changed.
/// In all of them the first to commit a change of a row wins: the others get
/// serialization_failure, at the statement if the change came before it, else at the commit.
/// One thread at a time.
class TableStore {
 public:
  explicit TableStore(StoreListener* listener = nullptr) noexcept : listener_(listener) {}

  /// In PostgreSQL, which it is unless called, an error fails the transaction that is open, up to
  /// a savepoint before it; elsewhere only the statement.
  void set_dialect(Dialect dialect) noexcept { is_postgresql_ = dialect == Dialect::postgresql; }
  void create_table(std::string name) { tables_.insert(std::move(name)); }
  /// Committed at once; nobody is told.
  void put(std::string_view table, std::int64_t id, std::int64_t value);
  /// What is committed; nothing for a row that is not there.
  [[nodiscard]] std::optional<std::int64_t> get(std::string_view table, std::int64_t id) const;

  /// Errors: syntax_error, misuse, undefined_name (table, savepoint), unique_violation,
  /// read_only, serialization_failure, transaction_aborted.
  std::expected<ResultSet, DbError> execute(SessionNumber session, std::string_view sql,
                                            std::span<const Value> parameters);
  /// The server refused a statement for a reason of its own: what is open fails as after any
  /// error, and after a commit it is rolled back.
  void refuse(SessionNumber session, ClientCall call);
  void reset(SessionNumber session);
  /// The session is gone, and what it had open.
  void close(SessionNumber session);
  [[nodiscard]] bool is_in_transaction(SessionNumber session) const;

 private:
  using Key = std::pair<std::string, std::int64_t>;
  struct Row {
    std::optional<std::int64_t> value;  // nothing: deleted
    std::uint64_t version = 0;
  };
  using Rows = std::map<Key, Row>;  // in the writes of a transaction, the version that was changed

  struct Open {
    TransactionMode mode{};
    bool is_failed = false;
    std::shared_ptr<const Rows> seen;
    Rows writes;
    std::set<Key> reads;
    std::set<std::string> scans;
    std::vector<std::pair<std::string, Rows>> savepoints;  // the writes before each
  };
  struct Settings {
    TransactionMode next{};  // said before its begin; no longer than until the next end of one
    bool is_query_only = false;
  };
  using Answer = std::expected<ResultSet, DbError>;

  Answer begin(SessionNumber session, const TableStatement& statement);
  Answer commit(SessionNumber session, Open& open);
  Answer roll_back(SessionNumber session);
  Answer in_transaction(Open& open, const TableStatement& statement);
  Answer at_once(SessionNumber session, const TableStatement& statement);
  Answer select_all(Open& open, const TableStatement& statement) const;
  Answer select_one(Open& open, const TableStatement& statement) const;
  Answer write(Open& open, const TableStatement& statement) const;
  static Answer end_savepoint(Open& open, const TableStatement& statement);

  [[nodiscard]] const Rows& view(const Open& open) const;
  [[nodiscard]] Row row_of(const Open& open, const Key& key) const;
  [[nodiscard]] bool has_lost(const Open& open) const;
  [[nodiscard]] static std::uint64_t version_in(const Rows& rows, const Key& key);
  [[nodiscard]] Open opened(SessionNumber session, const TableStatement& statement) const;
  void apply(SessionNumber session, const Open& open);
  void tell(StoreEffect effect, SessionNumber session, const StoreDetail& detail = {});
  Open* find(SessionNumber session);
  void fail(Open& open) const noexcept { open.is_failed = is_postgresql_; }

  StoreListener* const listener_;
  bool is_postgresql_ = true;
  std::set<std::string> tables_;
  std::shared_ptr<const Rows> committed_ = std::make_shared<Rows>();
  std::uint64_t version_ = 0;
  std::map<SessionNumber, Open> open_;
  std::map<SessionNumber, Settings> settings_;
};

}  // namespace poolproof::mocks
