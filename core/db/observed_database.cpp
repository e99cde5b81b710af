#include <poolproof/core/db/observed_database.h>

#include <exception>

#include <poolproof/core/db/client_call.h>
#include <poolproof/core/db/sql_tokens.h>

namespace poolproof {
namespace {

/// Tells of one statement: that it begins, and how it ends.
class ToldStatement {
 public:
  ToldStatement(StatementObserver& observer, const Clock& clock, StatementCall call)
      : observer_(observer), clock_(clock), call_(call) {
    call_.began = clock_.now();
    try {
      begun_ = observer_.on_begin(call_);
    } catch (...) {  // The statement does not depend on who looks on.
      begun_ = nullptr;
    }
  }

  template <class Run>
  auto run(Run&& run) -> decltype(run()) {
    try {
      auto answer = run();
      if (answer)
        note(*answer);
      else
        call_.error = &answer.error();
      end();
      return answer;
    } catch (const std::exception& thrown) {
      end_with(make_error(DbErrorKind::exception, thrown.what()));
      throw;
    } catch (...) {
      end_with(make_error(DbErrorKind::exception, "not a std::exception"));
      throw;
    }
  }

 private:
  void note(const ResultSet& result) noexcept {
    call_.rows = result.size();
    call_.affected_rows = result.affected_rows();
  }
  void note(std::uint64_t shown) noexcept { call_.rows = shown; }

  void end_with(const DbError& error) noexcept {
    call_.error = &error;
    end();
  }
  void end() noexcept {
    call_.took = clock_.now() - call_.began;
    try {
      observer_.on_end(call_, begun_);
    } catch (...) {  // Likewise.
    }
  }

  StatementObserver& observer_;
  const Clock& clock_;
  StatementCall call_;
  std::shared_ptr<void> begun_;
};

class ObservedClient final : public DbClient {
 public:
  ObservedClient(std::unique_ptr<DbClient> client, const Clock& clock, StatementObserver& observer)
      : client_(std::move(client)), clock_(clock), observer_(observer) {}

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override {
    return told(sql, parameters, false).run([&] { return client_->execute(sql, parameters); });
  }
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit) override {
    return told(sql, parameters, true).run([&] {
      return client_->stream(sql, parameters, visit);
    });
  }
  std::expected<void, DbError> ping() override { return client_->ping(); }
  std::expected<void, DbError> reset() override { return client_->reset(); }
  void set_deadline(Instant deadline) noexcept override { client_->set_deadline(deadline); }
  void set_validation_timeout(Duration timeout) noexcept override {
    client_->set_validation_timeout(timeout);
  }
  [[nodiscard]] bool is_in_transaction() const noexcept override {
    return client_->is_in_transaction();
  }
  [[nodiscard]] bool is_known_dead() noexcept override { return client_->is_known_dead(); }
  [[nodiscard]] Dialect dialect() const noexcept override { return client_->dialect(); }

 private:
  ToldStatement told(std::string_view sql, std::span<const Value> parameters, bool is_stream) {
    return {observer_, clock_,
            StatementCall{.text = sql,
                          .parameters = parameters.size(),
                          .dialect = client_->dialect(),
                          .is_stream = is_stream}};
  }

  const std::unique_ptr<DbClient> client_;
  const Clock& clock_;
  StatementObserver& observer_;
};

}  // namespace

std::expected<std::unique_ptr<DbClient>, DbError> ObservedDatabase::connect(Instant deadline) {
  auto client = database_.connect(deadline);
  if (!client || *client == nullptr) return client;
  return std::make_unique<ObservedClient>(std::move(*client), clock_, observer_);
}

void SlowStatements::on_end(const StatementCall& call, const std::shared_ptr<void>&) {
  if (call.took >= threshold_) tell_(call);
}

std::string_view operation_of(const StatementCall& call) noexcept {
  SqlTokens tokens(call.dialect, call.text);
  while (const auto token = tokens.next()) {
    if (token->kind == SqlToken::Kind::word) return token->text;
  }
  return {};
}

std::vector<std::pair<std::string_view, std::string>> span_attributes(const StatementCall& call) {
  std::vector<std::pair<std::string_view, std::string>> attributes{
      {"db.system.name", std::string(to_string(call.dialect))},
      {"db.operation.name", std::string(operation_of(call))},
      {"db.query.text", kept_of_statement(call.text)}};
  if (call.error == nullptr) {
    attributes.emplace_back("db.response.returned_rows", std::to_string(call.rows));
    return attributes;
  }
  attributes.emplace_back("error.type", std::string(to_string(call.error->kind)));
  if (!call.error->code.empty())
    attributes.emplace_back("db.response.status_code", call.error->code);
  return attributes;
}

}  // namespace poolproof
