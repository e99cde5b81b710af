#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

class PostgresTls : public testing::Test {
 protected:
  TestServer server_{{.more = {}, .tls = true}};
};

TEST_F(PostgresTls, ConnectsToAServerWhoseCertificateItChecks) {
  const auto client = connect_for_test(
      {.address = server_.tls_address("verify-full"), .sslrootcert = server_.certificate()});
  EXPECT_EQ(value_of(*client, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"),
            Value(true));
  const std::string large(5'000'000, 'x');
  EXPECT_TRUE(value_of(*client, "select $1::text", {large}) == Value(large));
  client->set_deadline(in(std::chrono::milliseconds(50)));
  EXPECT_EQ(error_of(*client, "select pg_sleep(60)").kind, DbErrorKind::timed_out);
  client->set_deadline(Instant::max());
  EXPECT_TRUE(client->ping());
  server_.freeze();
  client->set_deadline(in(std::chrono::milliseconds(50)));
  PostgresFactory factory({.address = server_.tls_address("require")}, clock_for_test());
  EXPECT_EQ(factory.connect(in(std::chrono::milliseconds(50))).error().kind,
            DbErrorKind::timed_out);
  server_.thaw();
}

TEST_F(PostgresTls, RefusesACertificateThatItDoesNotKnow) {
  PostgresFactory factory({.address = server_.tls_address("disable"),
                           .sslmode = "verify-ca",
                           .sslrootcert = "/etc/hostname"},
                          clock_for_test());
  const auto refused = factory.connect(Instant::max());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, DbErrorKind::connection_failed);
  EXPECT_NE(refused.error().message.find("could not read root certificate file"),
            std::string::npos)
      << refused.error().message;
}

}  // namespace
}  // namespace poolproof::postgres
