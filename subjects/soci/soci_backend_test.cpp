#include <poolproof/subjects/soci/soci_backend.h>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <string>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/client_registry.h>

namespace poolproof::subjects {
namespace {

using mocks::ClientCall;
using mocks::Fault;
using mocks::FaultPlan;
using mocks::MockDatabase;
using mocks::Selector;

FaultPlan first_fails(ClientCall call) {
  return {{Fault{call, {Selector::Kind::nth, 1, 1}, Fault::Effect::fails, {}}}};
}

/// A database and the connection string that leads to it.
struct Server {
  explicit Server(FaultPlan what_goes_wrong = {})
      : plan(std::move(what_goes_wrong)),
        database(plan, clock),
        entry(ClientRegistry::instance(), {&database, &clock}) {}

  FaultPlan plan;
  SteadyClock clock;
  MockDatabase database;
  ClientRegistry::Entry entry;
};

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const soci::soci_error& error) {
    return error.get_error_message();
  }
  return "no error";
}

TEST(SociBackend, OpensASessionOfTheRegisteredFactory) {
  Server server;

  const soci::session sql(soci_backend(), server.entry.connection_string());

  EXPECT_EQ(server.database.sessions(), 1U);
}

TEST(SociBackend, ClosesTheClientWithTheSession) {
  Server server;

  { const soci::session sql(soci_backend(), server.entry.connection_string()); }

  EXPECT_EQ(server.database.sessions(), 0U);
  EXPECT_EQ(server.database.sessions_closed(), 1U);
}

TEST(SociBackend, TellsWhyAConnectFailed) {
  Server server(first_fails(ClientCall::connect));
  soci::session sql;

  try {
    sql.open(soci_backend(), server.entry.connection_string());
    FAIL() << "the connect was planned to fail";
  } catch (const SociDbError& error) {
    EXPECT_EQ(error.get_error_message(), "connect 1 failed, as planned (session 1)");
    EXPECT_EQ(error.get_error_category(), soci::soci_error::connection_error);
  }
  EXPECT_EQ(server.database.sessions(), 0U);
}

TEST(SociBackend, RefusesAStringThatNobodyRegistered) {
  soci::session sql;

  EXPECT_EQ(error_of([&] { sql.open(soci_backend(), "no number"); }),
            "no client factory is registered as 'no number'");
}

TEST(SociBackend, RunsAStatementOnTheClient) {
  Server server;
  soci::session sql(soci_backend(), server.entry.connection_string());

  sql << "SELECT 1";

  EXPECT_EQ(server.database.calls(ClientCall::execute), 1U);
}

TEST(SociBackend, TellsWhyAStatementFailed) {
  Server server(first_fails(ClientCall::execute));
  soci::session sql(soci_backend(), server.entry.connection_string());

  EXPECT_EQ(error_of([&] { sql << "SELECT 1"; }), "execute 1 failed, as planned (session 1)");
}

TEST(SociBackend, TransactionsAreStatements) {
  Server server;
  soci::session sql(soci_backend(), server.entry.connection_string());

  sql.begin();
  sql.commit();
  sql.rollback();

  EXPECT_EQ(server.database.calls(ClientCall::execute), 3U);
}

TEST(SociBackend, AsksTheServerWhetherItIsConnected) {
  Server server(first_fails(ClientCall::ping));
  const soci::session sql(soci_backend(), server.entry.connection_string());

  EXPECT_FALSE(sql.is_connected());
  EXPECT_TRUE(sql.is_connected());
}

TEST(SociBackend, RefusesWhatItDoesNotHave) {
  Server server;
  soci::session sql(soci_backend(), server.entry.connection_string());
  int number = 0;

  EXPECT_EQ(error_of([&] { sql << "SELECT 1", soci::into(number); }),
            "the poolproof backend has no output");
  EXPECT_EQ(error_of([&] { sql << "SELECT :n", soci::use(number); }),
            "the poolproof backend has no parameters");
  EXPECT_EQ(error_of([&] { soci::blob blob(sql); }), "the poolproof backend has no blobs");
  EXPECT_EQ(error_of([&] { soci::rowid row(sql); }), "the poolproof backend has no row ids");
}

}  // namespace
}  // namespace poolproof::subjects
