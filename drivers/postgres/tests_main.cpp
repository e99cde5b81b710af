#include <gtest/gtest.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string_view>

#include <poolproof/drivers/postgres/server_for_test.h>
#include <poolproof/drivers/postgres/test_proxy.h>

namespace poolproof::postgres {
namespace {

std::optional<TestServer> shared_server;
std::optional<TestProxy> shared_proxy;
std::optional<TestProxy::Mode> proxy_mode;

/// "--through session", "--through transaction": which PgBouncer to put before the server.
std::optional<TestProxy::Mode> mode_in(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "--through") return std::nullopt;
  return std::string_view(argv[2]) == "session" ? TestProxy::Mode::session
                                                : TestProxy::Mode::transaction;
}

}  // namespace

TestServer& server_for_test() {
  return *shared_server;
}

std::string address_for_test() {
  return shared_proxy ? shared_proxy->address() : shared_server->address();
}

PostgresSessions sessions_for_test() {
  return proxy_mode == TestProxy::Mode::session ? PostgresSessions::kept
                                                : PostgresSessions::detect;
}

SteadyClock& clock_for_test() {
  static SteadyClock clock;
  return clock;
}

std::unique_ptr<DbClient> connect_for_test(PostgresOptions options) {
  if (options.address.empty()) options.address = address_for_test();
  if (options.address == address_for_test()) options.sessions = sessions_for_test();
  // Where a test does not say how long: longer than a busy machine may need.
  if (options.cancel_grace == PostgresOptions().cancel_grace)
    options.cancel_grace = std::chrono::seconds(30);
  // A client outlives the call, and its factory must outlive it.
  static std::vector<std::unique_ptr<PostgresFactory>> factories;
  factories.push_back(std::make_unique<PostgresFactory>(std::move(options), clock_for_test()));
  auto client = factories.back()->connect(Instant::max());
  if (client) return std::move(*client);
  ADD_FAILURE() << to_string(client.error());
  throw std::runtime_error(client.error().message);
}

ResultSet answer(DbClient& client, std::string_view sql, std::vector<Value> parameters) {
  auto result = client.execute(sql, parameters);
  if (result) return std::move(*result);
  ADD_FAILURE() << to_string(result.error());
  return {};
}

DbError error_of(DbClient& client, std::string_view sql, std::vector<Value> parameters) {
  auto result = client.execute(sql, parameters);
  if (!result) return std::move(result.error());
  ADD_FAILURE() << "no error: " << sql;
  return {DbErrorKind::exception, {}};
}

Value value_of(DbClient& client, std::string_view sql, std::vector<Value> parameters) {
  const ResultSet result = answer(client, sql, std::move(parameters));
  if (result.size() == 1 && result.columns().size() == 1) return result.row(0).at(0U);
  ADD_FAILURE() << result.size() << " rows: " << sql;
  return {};
}

}  // namespace poolproof::postgres

/// AddressSanitizer's: it would keep the memory of a million rows for a while after they are gone.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=8";
}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  try {
    using namespace poolproof::postgres;
    shared_server.emplace();
    proxy_mode = mode_in(argc, argv);
    if (proxy_mode) shared_proxy.emplace(*shared_server, *proxy_mode, 20);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 2;
  }
  const int code = RUN_ALL_TESTS();
  poolproof::postgres::shared_proxy.reset();
  poolproof::postgres::shared_server.reset();
  return code;
}
