#pragma once
// What pools are measured with: clients that do nothing. Floors are in sim/measure/floor_pools.h.

#include <memory>

#include <poolproof/core/db/db_client.h>
#include <poolproof/sim/measure/round.h>

namespace poolproof::bench {

class NullClient final : public DbClient {
 public:
  std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
    return ResultSet{};
  }
  std::expected<void, DbError> ping() override { return {}; }
  std::expected<void, DbError> reset() override { return {}; }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
};

class NullFactory final : public DbClientFactory {
 public:
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    return std::make_unique<NullClient>();
  }
};

/// Opens clients that do nothing, each after `connect`.
class SlowFactory final : public DbClientFactory {
 public:
  explicit SlowFactory(Duration connect) : connect_(connect) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    SteadyClock clock;
    if (connect_ > Duration::zero()) clock.sleep_until(deadline_after(clock.now(), connect_));
    return std::make_unique<NullClient>();
  }

 private:
  const Duration connect_;
};

using sim::become_multi_threaded;

}  // namespace poolproof::bench
