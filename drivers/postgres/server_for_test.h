#pragma once
// The server that all tests of this program share, and short ways to use it.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/drivers/postgres/postgres_client.h>
#include <poolproof/drivers/postgres/test_server.h>

namespace poolproof::postgres {

TestServer& server_for_test();
SteadyClock& clock_for_test();

/// The server's, or that of the proxy that the program was asked to put before it.
std::string address_for_test();

/// What is behind address_for_test(): whether it keeps sessions, where only a proxy's owner knows.
PostgresSessions sessions_for_test();

/// A new session; the test fails where there is none.
std::unique_ptr<DbClient> connect_for_test(PostgresOptions options = {});

/// The answer, or an empty one, and the test fails.
ResultSet answer(DbClient& client, std::string_view sql, std::vector<Value> parameters = {});
/// The error; one of an impossible kind, and the test fails, if there is none.
DbError error_of(DbClient& client, std::string_view sql, std::vector<Value> parameters = {});
/// The one value of the one row.
Value value_of(DbClient& client, std::string_view sql, std::vector<Value> parameters = {});

inline Instant in(Duration duration) {
  return clock_for_test().now() + duration;
}

}  // namespace poolproof::postgres
