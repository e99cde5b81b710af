#pragma once
// What the tests of this folder share: a clock, and a database in a file that ends with the test.
// Not installed.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/drivers/sqlite/sqlite_client.h>

namespace poolproof {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Goes on by `tick` whenever somebody looks, and to the end of each sleep at once.
class TickingClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override {
    return Instant(Duration(now_ += tick.count()));
  }
  void sleep_until(Instant instant) override {
    ++sleeps;
    if (while_sleeping) while_sleeping();
    now_ = instant.time_since_epoch().count();
  }
  std::cv_status wait_until(std::condition_variable&, std::unique_lock<std::mutex>&,
                            Instant deadline) override {
    sleep_until(deadline);
    return std::cv_status::timeout;
  }

  Duration tick{0};
  int sleeps = 0;
  std::function<void()> while_sleeping;

 private:
  mutable std::atomic<Duration::rep> now_ = Duration(std::chrono::hours(1)).count();
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "poolproof-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A test's way to speak to a session: what must not fail fails the test.
class TestSession {
 public:
  explicit TestSession(std::unique_ptr<DbClient> client)
      : client_(static_cast<SqliteClient*>(client.release())) {}

  SqliteClient* operator->() const noexcept { return client_.get(); }

  ResultSet run(std::string_view sql, const std::vector<Value>& parameters = {}) const {
    auto result = client_->execute(sql, parameters);
    EXPECT_TRUE(result.has_value()) << to_string(result.error());
    return std::move(result).value_or(ResultSet());
  }
  /// The only value of the result.
  Value ask(std::string_view sql, const std::vector<Value>& parameters = {}) const {
    const ResultSet result = run(sql, parameters);
    EXPECT_EQ(result.size(), 1U);
    EXPECT_EQ(result.columns().size(), 1U);
    return result.size() == 1 ? result[0].at(0) : Value();
  }
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               const std::vector<Value>& parameters,
                                               const RowVisitor& visit) const {
    return client_->stream(sql, parameters, visit);
  }
  DbError fail(std::string_view sql, const std::vector<Value>& parameters = {}) const {
    auto result = client_->execute(sql, parameters);
    EXPECT_FALSE(result.has_value());
    return result ? DbError() : std::move(result.error());
  }

 private:
  std::unique_ptr<SqliteClient> client_;
};

/// A file in WAL mode, unless `options` say otherwise.
class TestDatabase {
 public:
  /// Without a queue of writers there is SQLite's own way, as among processes.
  explicit TestDatabase(SqliteOptions options = {}, bool queues_writers = false)
      : options_(placed(std::move(options), queues_writers)), factory_(options_, clock) {}

  [[nodiscard]] const std::string& path() const noexcept { return options_.path; }
  [[nodiscard]] SqliteFactory& factory() noexcept { return factory_; }

  TestSession connect() {
    return TestSession(std::move(factory_.connect(Instant::max()).value()));
  }

  TickingClock clock;

 private:
  SqliteOptions placed(SqliteOptions options, bool queues_writers) const {
    options.queues_writers = queues_writers;
    if (options.path.empty()) options.path = folder_.file("test.db");
    return options;
  }

  TemporaryFolder folder_;
  SqliteOptions options_;
  SqliteFactory factory_;
};

}  // namespace poolproof
