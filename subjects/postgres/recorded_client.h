#pragma once
// A database's sessions, whose calls are written into a history.

#include <atomic>
#include <memory>
#include <utility>

#include <poolproof/core/db/db_client.h>
#include <poolproof/mocks/client_call.h>

namespace poolproof::subjects {

/// Tells a listener of each call to a session of another factory's. An execute counts as failed
/// only when the session is lost: other errors say nothing about it.
class RecordedClient final : public DbClient {
 public:
  RecordedClient(std::unique_ptr<DbClient> client, mocks::SessionNumber session,
                 mocks::CallListener& listener) noexcept
      : client_(std::move(client)), session_(session), listener_(listener) {}
  ~RecordedClient() override;

  [[nodiscard]] mocks::SessionNumber session() const noexcept { return session_; }

  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override;
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit) override;
  std::expected<void, DbError> ping() override;
  std::expected<void, DbError> reset() override;
  void set_deadline(Instant deadline) noexcept override { client_->set_deadline(deadline); }
  void set_validation_timeout(Duration timeout) noexcept override {
    client_->set_validation_timeout(timeout);
  }
  [[nodiscard]] bool is_in_transaction() const noexcept override {
    return client_->is_in_transaction();
  }
  [[nodiscard]] bool is_known_dead() noexcept override;
  [[nodiscard]] Dialect dialect() const noexcept override { return client_->dialect(); }

 private:
  std::unique_ptr<DbClient> client_;
  const mocks::SessionNumber session_;
  mocks::CallListener& listener_;
  bool has_told_death_ = false;
};

/// Any thread. Both outlive it and its clients.
class RecordedFactory final : public DbClientFactory {
 public:
  RecordedFactory(DbClientFactory& factory, mocks::CallListener& listener) noexcept
      : factory_(factory), listener_(listener) {}

  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override;

 private:
  DbClientFactory& factory_;
  mocks::CallListener& listener_;
  std::atomic<std::uint32_t> sessions_ = 0;
};

}  // namespace poolproof::subjects
