#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

DbError connect_error(PostgresOptions options, Instant deadline = Instant::max()) {
  PostgresFactory factory(std::move(options), clock_for_test());
  auto client = factory.connect(deadline);
  if (!client) return std::move(client.error());
  ADD_FAILURE() << "connected";
  return {};
}

/// The folder of the server's socket.
std::string folder() {
  const std::string address = address_for_test();
  return address.substr(5, address.find(' ') - 5);
}

TEST(PostgresConnect, TakesAnAddressOfEitherForm) {
  std::string escaped;
  for (const char c : folder())
    escaped += c == '/' ? std::string("%2F") : std::string(1, c);
  const auto client =
      connect_for_test({.address = "postgresql://postgres@" + escaped + "/postgres"});
  EXPECT_EQ(value_of(*client, "select current_user"), Value("postgres"));
}

TEST(PostgresConnect, SaysThatNobodyListens) {
  const DbError error = connect_error({.address = "host=/nowhere"});
  EXPECT_EQ(error.kind, DbErrorKind::connection_failed);
  EXPECT_EQ(error.message,
            "connection to server on socket \"/nowhere/.s.PGSQL.5432\" failed: No such file or "
            "directory");
}

TEST(PostgresConnect, AWrongPasswordIsAPermissionDeniedAndNotRepeated) {
  const auto owner = connect_for_test();
  answer(*owner, "create role guarded login password 'right'");
  const DbError error =
      connect_error({.address = server_for_test().address("guarded", "hunter2")});
  EXPECT_EQ(error.kind, DbErrorKind::permission_denied);
  EXPECT_EQ(error.code, "28P01");
  EXPECT_EQ(error.message, "connection to server on socket \"" + folder() +
                               "/.s.PGSQL.5432\" failed: FATAL: password authentication failed "
                               "for user \"guarded\"");
  const auto client = connect_for_test({.address = server_for_test().address("guarded", "right")});
  EXPECT_EQ(value_of(*client, "select current_user"), Value("guarded"));
}

TEST(PostgresConnect, HidesAPasswordThatTheServerRepeats) {
  const DbError error =
      connect_error({.address = server_for_test().address("hunter2", "hunter2")});
  EXPECT_EQ(error.code, "28000");
  EXPECT_EQ(to_string(error).find("hunter2"), std::string::npos) << to_string(error);
  EXPECT_NE(error.message.find("role \"***\" does not exist"), std::string::npos) << error.message;
}

TEST(PostgresConnect, RefusesAnAddressWithoutQuotingIt) {
  for (const char* address : {"hunter2", "postgresql://a:hunter2@[::1", "hunter2=hunter2",
                              "postgresql://a@b?hunter2=hunter2"}) {
    try {
      PostgresFactory({.address = address}, clock_for_test());
      ADD_FAILURE() << address;
    } catch (const std::invalid_argument& refusal) {
      EXPECT_EQ(std::string(refusal.what()).find("hunter2"), std::string::npos) << refusal.what();
      EXPECT_TRUE(std::string_view(refusal.what()).starts_with("address")) << refusal.what();
    }
  }
}

std::string rules_broken_by(const std::string& address) {
  std::string said;
  for (const ConfigProblem& problem : PostgresOptions{.address = address}.validate())
    said += problem.message() + "\n";
  return said;
}

TEST(PostgresConnect, RefusesAPasswordThatWouldBeTakenForAnotherPartOfTheAddress) {
  const std::string encoded = "'@', ':' and '/' in a user or password must be percent-encoded";
  const std::string ports = "a port must be a number from 1 to 65535";
  for (const char* address :
       {"postgresql://app:s3cr@et@localhost/shop", "postgres://app:12/ret@127.0.0.1/shop",
        "postgresql://app:s3?c@ret@localhost/shop", "postgresql://app@b%40s3cret/shop"}) {
    EXPECT_EQ(rules_broken_by(address), "address : " + encoded + "\n") << address;
  }
  for (const char* address :
       {"postgres://app:s3c/ret@127.0.0.1/shop", "postgresql://app:s3cret",
        "postgresql://app:12345678", "postgresql://app:0", "postgresql://a:1,b:65536/shop"}) {
    EXPECT_EQ(rules_broken_by(address), "address : " + encoded + ", and " + ports + "\n")
        << address;
  }
  for (const char* port : {"s3cret", "12345678", "0", "1,65536", "-1", "1.5"}) {
    EXPECT_EQ(rules_broken_by(std::string("host=localhost port=") + port),
              "address : " + ports + ", with commas between several\n")
        << port;
  }
  for (const char* host : {"host=app:s3cret@localhost", "host=a,@s3cret@b", "hostaddr=s3cret@b"}) {
    EXPECT_EQ(rules_broken_by(host), "address : a host must not have an '@' in it\n") << host;
  }
}

TEST(PostgresConnect, TakesAnAtWhereItIsMeant) {
  for (const char* address :
       {"postgresql://app:s3cr%40et%2F%3A@localhost:1,2/shop%40home", "postgresql://app:a:b?c@d/e",
        "postgresql:///shop?host=@abstract&user=app@corp", "host=@abstract dbname=shop@home",
        "postgresql://localhost?application_name=a@b/c", "host=a,b port=1,65535",
        "host=/tmp/a@b,c port=,2", ""})
    EXPECT_EQ(rules_broken_by(address), "") << address;
}

TEST(PostgresConnect, NamesEveryKnobThatIsWrong) {
  const PostgresOptions options{.address = "host=a",
                                .connect_timeout = Duration(-1),
                                .call_timeout = Duration(-2),
                                .statement_timeout = Duration(-4),
                                .cancel_grace = Duration(-3),
                                .statements_max = 100'000};
  std::string said;
  for (const ConfigProblem& problem : options.validate())
    said += problem.message() + "\n";
  EXPECT_EQ(said,
            "connect_timeout -1 ns: must not be negative\n"
            "call_timeout -2 ns: must not be negative\n"
            "statement_timeout -4 ns: must not be negative\n"
            "cancel_grace -3 ns: must not be negative\n"
            "statements_max 100000: must not exceed 65536\n");
}

TEST(PostgresConnect, PassesOnWhatIsSaidOfTls) {
  const PostgresOptions options{.address = "host=127.0.0.1 port=1", .sslmode = "sometimes"};
  EXPECT_EQ(connect_error(options).message, "invalid sslmode value: \"sometimes\"");
}

TEST(PostgresConnect, TooManySessionsAreAnExhaustion) {
  std::vector<std::unique_ptr<DbClient>> sessions;
  PostgresFactory factory({.address = server_for_test().address("crowd")}, clock_for_test());
  answer(*connect_for_test(), "create role crowd login connection limit 2");
  for (int i = 0; i < 2; ++i)
    sessions.push_back(std::move(*factory.connect(Instant::max())));
  const auto refused = factory.connect(Instant::max());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, DbErrorKind::resource_exhausted);
  EXPECT_EQ(refused.error().code, "53300");
}

}  // namespace
}  // namespace poolproof::postgres
