#pragma once
// A client for the tests of transactions: writes down what it is sent, and answers as the test
// wishes. Not installed.

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <poolproof/core/db/db_client.h>

namespace poolproof::fakes {

/// What all sessions were sent: "1: begin", the number being the session's.
struct SqlScript {
  std::vector<std::string> sent{};
  std::map<std::string, DbError, std::less<>> errors{};             ///< by statement
  std::map<std::string, std::uint32_t, std::less<>> errors_left{};  ///< so often only
  std::string throws_at{};
  bool knows_transactions = false;  ///< whether the client says that one is open
  std::string takes_effect{};       ///< the begin that does although it fails
  std::string ends_at{};            ///< the statement at which the database ends it unasked
  Dialect dialect = Dialect::postgresql;
  Instant deadline = Instant::max();  ///< as set last
  std::uint32_t sessions = 0;
  std::uint32_t closed = 0;
  std::function<void()> on_statement = [] {};
};

class ScriptedClient final : public DbClient {
 public:
  explicit ScriptedClient(SqlScript& script) : script_(script), number_(++script.sessions) {}
  ~ScriptedClient() override { ++script_.closed; }

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value>) override {
    script_.sent.push_back(std::to_string(number_) + ": " + std::string(sql));
    script_.on_statement();
    if (sql == script_.throws_at) throw std::runtime_error("the driver fell over");
    auto answer = answer_to(sql);
    const bool has_effect = answer || sql == script_.takes_effect;
    if (has_effect && sql.starts_with("begin")) is_in_transaction_ = true;
    if (answer && (sql == "commit" || sql == "rollback")) is_in_transaction_ = false;
    if (sql == script_.ends_at) is_in_transaction_ = false;
    return answer;
  }
  std::expected<void, DbError> ping() override { return {}; }
  std::expected<void, DbError> reset() override { return {}; }
  void set_deadline(Instant deadline) noexcept override { script_.deadline = deadline; }
  [[nodiscard]] bool is_in_transaction() const noexcept override {
    return script_.knows_transactions && is_in_transaction_;
  }
  [[nodiscard]] Dialect dialect() const noexcept override { return script_.dialect; }

 private:
  std::expected<ResultSet, DbError> answer_to(std::string_view sql) {
    const auto found = script_.errors.find(sql);
    if (found == script_.errors.end()) return ResultSet::of_affected(1);
    const auto left = script_.errors_left.find(sql);
    if (left != script_.errors_left.end() && left->second-- == 0) {
      left->second = 0;
      return ResultSet::of_affected(1);
    }
    return std::unexpected(found->second);
  }

  SqlScript& script_;
  const std::uint32_t number_;
  bool is_in_transaction_ = false;
};

class ScriptedFactory final : public DbClientFactory {
 public:
  explicit ScriptedFactory(SqlScript& script) : script_(script) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    return std::make_unique<ScriptedClient>(script_);
  }

 private:
  SqlScript& script_;
};

}  // namespace poolproof::fakes
