#pragma once
// PgBouncer between a test server and its clients. Not part of the driver.

#include <sys/types.h>

#include <cstdint>
#include <string>

#include <poolproof/drivers/postgres/test_server.h>

namespace poolproof::postgres {

/// Runs while it lives, and not longer than its server. Errors: std::runtime_error, where there is
/// no PgBouncer or it does not start.
class TestProxy {
 public:
  /// Which session of the server a client gets, and for how long.
  enum class Mode : std::uint8_t { session, transaction };

  /// `sessions_max` with the server, for any number of clients.
  TestProxy(const TestServer& server, Mode mode, int sessions_max);
  ~TestProxy();
  TestProxy(const TestProxy&) = delete;
  TestProxy& operator=(const TestProxy&) = delete;

  [[nodiscard]] std::string address() const;

 private:
  void configure(const TestServer& server, Mode mode, int sessions_max) const;
  void wait_until_ready() const;

  const std::string folder_;
  pid_t process_ = 0;
};

}  // namespace poolproof::postgres
