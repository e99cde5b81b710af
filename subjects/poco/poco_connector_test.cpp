#include <poolproof/subjects/poco/poco_connector.h>

#include <Poco/Data/DataException.h>
#include <Poco/Data/SessionFactory.h>
#include <Poco/Data/Statement.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

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
using Poco::Data::Session;
using Poco::Data::Keywords::now;

FaultPlan first_call(ClientCall call, Fault::Effect effect) {
  return {{Fault{call, {Selector::Kind::nth, 1, 1}, effect, {}}}};
}

/// A database and the connection string that leads to it.
struct Server {
  explicit Server(FaultPlan what_goes_wrong = {})
      : plan(std::move(what_goes_wrong)),
        database(plan, clock),
        entry(ClientRegistry::instance(), {&database, &clock}) {}

  Session session() { return {poco_connector(), entry.connection_string()}; }

  FaultPlan plan;
  SteadyClock clock;
  MockDatabase database;
  ClientRegistry::Entry entry;
};

template <class Exception, class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.message();
  }
  return "no error";
}

TEST(PocoConnector, OpensASessionOfTheRegisteredFactory) {
  Server server;

  const Session session = server.session();

  EXPECT_EQ(server.database.sessions(), 1U);
}

TEST(PocoConnector, ClosesTheClientWithTheSession) {
  Server server;

  { const Session session = server.session(); }

  EXPECT_EQ(server.database.sessions(), 0U);
  EXPECT_EQ(server.database.sessions_closed(), 1U);
}

TEST(PocoConnector, TellsWhyAConnectFailedOrThrew) {
  Server failing(first_call(ClientCall::connect, Fault::Effect::fails));
  Server throwing(first_call(ClientCall::connect, Fault::Effect::throws));
  using Poco::Data::ConnectionFailedException;

  EXPECT_EQ(error_of<ConnectionFailedException>([&] { failing.session(); }),
            "connect 1 failed, as planned (session 1)");
  EXPECT_EQ(error_of<ConnectionFailedException>([&] { throwing.session(); }),
            "connect 1 threw, as planned (session 1)");
}

TEST(PocoConnector, RefusesAStringThatNobodyRegistered) {
  EXPECT_EQ(error_of<Poco::Data::ConnectionFailedException>(
                [] { Session(poco_connector(), "no number"); }),
            "no client factory is registered as 'no number'");
}

TEST(PocoConnector, RunsAStatementOnceOnTheClient) {
  Server server;
  Session session = server.session();

  session << "SELECT 1", now;

  EXPECT_EQ(server.database.calls(ClientCall::execute), 1U);
}

TEST(PocoConnector, TellsWhyAStatementFailed) {
  Server server(first_call(ClientCall::execute, Fault::Effect::fails));
  Session session = server.session();

  EXPECT_EQ(error_of<Poco::Data::ExecutionException>([&] { session << "SELECT 1", now; }),
            "execute 1 failed, as planned (session 1)");
}

TEST(PocoConnector, AsksTheServerWhetherItIsGood) {
  Server failing(first_call(ClientCall::ping, Fault::Effect::fails));
  Server throwing(first_call(ClientCall::ping, Fault::Effect::throws));
  Session lost = failing.session();
  Session odd = throwing.session();

  EXPECT_FALSE(lost.isGood());
  EXPECT_TRUE(lost.isGood());
  EXPECT_FALSE(odd.isGood());
}

TEST(PocoConnector, TellsWhyAResetFailed) {
  Server server(first_call(ClientCall::reset, Fault::Effect::fails));
  Session session = server.session();

  EXPECT_EQ(error_of<Poco::Data::NotConnectedException>([&] { session.impl()->reset(); }),
            "reset 1 failed, as planned (session 1)");
}

TEST(PocoConnector, ClosedSessionRunsNothingUntilItIsOpenedAgain) {
  Server server;
  Session session = server.session();

  session.close();
  EXPECT_FALSE(session.isConnected());
  EXPECT_EQ(server.database.sessions(), 0U);
  EXPECT_EQ(error_of<Poco::Data::NotConnectedException>([&] { session.impl()->reset(); }),
            "the session was closed");

  session.open();
  session << "SELECT 1", now;
  EXPECT_EQ(server.database.sessions_opened(), 2U);
}

TEST(PocoConnector, TransactionsAreStatements) {
  Server server;
  Session session = server.session();

  session.begin();
  EXPECT_TRUE(session.isTransaction());
  session.commit();
  EXPECT_FALSE(session.isTransaction());

  session.begin();
  session.rollback();
  EXPECT_FALSE(session.isTransaction());
  EXPECT_EQ(server.database.calls(ClientCall::execute), 4U);
}

}  // namespace
}  // namespace poolproof::subjects
