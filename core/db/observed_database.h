#pragma once
// Every statement told to an observer: for tracing, for a log of what is slow, for metrics. In the
// words of OpenTelemetry's conventions for databases, of which nothing is needed here.
// https://opentelemetry.io/docs/specs/semconv/database/database-spans/

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>

namespace poolproof {

/// One execute() or stream(). Valid during the call of the observer only.
struct StatementCall {
  std::string_view text;       ///< with placeholders; it has no parameter's value
  std::size_t parameters = 0;  ///< how many there are
  Dialect dialect{};
  bool is_stream = false;
  Instant began{};  ///< on the clock of the ObservedDatabase

  // When it has ended.

  Duration took{};
  std::uint64_t rows = 0;           ///< returned, or shown
  std::uint64_t affected_rows = 0;  ///< by execute()
  const DbError* error = nullptr;   ///< null: it went well
};

/// Is told on the thread of the call, by several threads at once, and no lock is held. What it
/// throws is dropped.
class StatementObserver {
 public:
  virtual ~StatementObserver() = default;
  /// Before the statement is sent. What is returned, such as a span that is the current one, is
  /// shown to on_end() and then let go. Null: nothing.
  virtual std::shared_ptr<void> on_begin(const StatementCall& /*call*/) { return nullptr; }
  /// Also when the client or the visitor of rows throws.
  virtual void on_end(const StatementCall& call, const std::shared_ptr<void>& begun) = 0;
};

/// Sessions of another factory, whose statements are told to an observer. That factory, clock and
/// observer must outlive it and its sessions. Any thread.
///
/// Example:
///   SlowStatements slow(std::chrono::milliseconds(200), [](const StatementCall& call) {
///     std::cerr << to_string(call.took) << ": " << call.text << "\n";
///   });
///   ObservedDatabase watched_database(database, clock, slow);
///   ConnectionPool watched_pool({.max_size = 4}, watched_database, clock);
class ObservedDatabase final : public DbClientFactory {
 public:
  ObservedDatabase(DbClientFactory& database, const Clock& clock,
                   StatementObserver& observer) noexcept
      : database_(database), clock_(clock), observer_(observer) {}

  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override;

 private:
  DbClientFactory& database_;
  const Clock& clock_;
  StatementObserver& observer_;
};

/// Tells of statements that take `threshold` or longer, those that fail included.
class SlowStatements final : public StatementObserver {
 public:
  SlowStatements(Duration threshold, std::function<void(const StatementCall&)> tell)
      : threshold_(threshold), tell_(std::move(tell)) {}
  void on_end(const StatementCall& call, const std::shared_ptr<void>& begun) override;

 private:
  const Duration threshold_;
  const std::function<void(const StatementCall&)> tell_;
};

/// The statement's first word as it is written, "select": OpenTelemetry's db.operation.name, and
/// the least that a span may be called. Empty where there is none.
std::string_view operation_of(const StatementCall& call) noexcept;

/// A span's attributes by their names in OpenTelemetry's conventions: db.system.name,
/// db.operation.name, db.query.text (its first KiB), and when it has ended
/// db.response.returned_rows, or error.type and db.response.status_code. What only the application
/// knows (server.address, db.namespace) is not among them. Errors: bad_alloc.
std::vector<std::pair<std::string_view, std::string>> span_attributes(const StatementCall& call);

}  // namespace poolproof
