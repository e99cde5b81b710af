// What docs/findings.md says of Poco::Data::SessionPool 1.11, so that it stays true: a test that
// fails here means that the library was mended, and that the page must say since when.
#include <Poco/Data/Connector.h>
#include <Poco/Data/DataException.h>
#include <Poco/Data/SessionFactory.h>
#include <Poco/Data/SessionPool.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/call_gate.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/poco/poco_connector.h>

namespace poolproof::subjects {
namespace {

using mocks::ClientCall;
using mocks::Fault;
using mocks::FaultPlan;
using mocks::MockDatabase;
using mocks::Selector;
using mocks::SessionNumber;
using Poco::Data::Session;
using Poco::Data::SessionPool;
using namespace std::chrono_literals;

constexpr int hour = 3600;

/// A database whose calls `gate` hears, and the connection string that leads to it.
struct PocoServer {
  explicit PocoServer(CallGate* gate = nullptr, FaultPlan what_goes_wrong = {})
      : plan(std::move(what_goes_wrong)),
        database(plan, clock, gate),
        entry(ClientRegistry::instance(), {&database, &clock}) {}

  FaultPlan plan;
  SteadyClock clock;
  MockDatabase database;
  ClientRegistry::Entry entry;
};

TEST(PocoFindings, OpensMoreThanTheMaximumWhileADeadSessionIsStillClosing) {
  const FaultPlan plan{
      {Fault{ClientCall::ping, {Selector::Kind::nth, 1, 1}, Fault::Effect::fails, {}}}};
  CallGate gate(ClientCall::close, SessionNumber{1});
  PocoServer server(&gate, plan);
  SessionPool pool(poco_connector(), server.entry.connection_string(), 0, 1, hour);

  auto leased = std::make_unique<Session>(pool.get());
  std::jthread releaser([&] { leased.reset(); });
  gate.wait_until_reached();
  { const Session newcomer = pool.get(); }
  gate.open();
  releaser.join();

  EXPECT_EQ(server.database.sessions_peak(), 2U) << "mended: the maximum of 1 now holds";
}

TEST(PocoFindings, ShutdownClosesSessionsThatAreLeased) {
  PocoServer server;
  SessionPool pool(poco_connector(), server.entry.connection_string(), 0, 1, hour);
  Session leased = pool.get();

  pool.shutdown();

  EXPECT_EQ(server.database.sessions(), 0U) << "mended: the lease's session outlives the shutdown";
  EXPECT_FALSE(leased.isConnected());
}

TEST(PocoFindings, CountingDeadSessionsUsesThoseThatOthersAreUsing) {
  CallGate gate(ClientCall::execute, SessionNumber{1});
  PocoServer server(&gate);
  SessionPool pool(poco_connector(), server.entry.connection_string(), 0, 1, hour);
  Session leased = pool.get();

  std::jthread user([&] { leased << "SELECT 1", Poco::Data::Keywords::now; });
  gate.wait_until_reached();
  EXPECT_EQ(pool.dead(), 0);
  gate.open();
  user.join();

  EXPECT_EQ(gate.most_at_once(), 2)
      << "mended: dead() no longer calls a session that a lease holds";
}

TEST(PocoFindings, FeatureAskedForOneLeaseStaysForTheNext) {
  PocoServer server;
  SessionPool pool(poco_connector(), server.entry.connection_string(), 0, 1, hour);
  ASSERT_FALSE(pool.get().getFeature("bulk"));

  { const Session special = pool.get("bulk", true); }

  EXPECT_TRUE(pool.get().getFeature("bulk")) << "mended: the feature is set back";
}

/// Says, as the ODBC connector does, that it cannot tell whether a lost session is in a
/// transaction.
class ForgetfulSession final : public PocoSession {
 public:
  using PocoSession::PocoSession;
  bool isTransaction() const override {
    throw Poco::Data::NotConnectedException("connection is dead");
  }
};

class ForgetfulConnector final : public Poco::Data::Connector {
 public:
  const std::string& name() const override { return name_; }
  Poco::AutoPtr<Poco::Data::SessionImpl> createSession(const std::string& connection_string,
                                                       std::size_t timeout) override {
    return new ForgetfulSession(connection_string, timeout);
  }

 private:
  const std::string name_ = "forgetful";
};

TEST(PocoFindings, PlaceIsLostWhenASessionCannotTellWhetherItIsInATransaction) {
  Poco::Data::SessionFactory::instance().add(new ForgetfulConnector);
  PocoServer server;
  SessionPool pool("forgetful", server.entry.connection_string(), 0, 1, hour);

  { const Session leased = pool.get(); }

  EXPECT_EQ(pool.used(), 1) << "mended: the ended lease gives its place back";
  EXPECT_THROW(pool.get(), Poco::Data::SessionPoolExhaustedException);
}

}  // namespace
}  // namespace poolproof::subjects
