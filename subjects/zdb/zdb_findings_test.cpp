// What docs/findings.md says of libzdb 3.1, so that it stays true: a test that fails here means
// that the library was mended, and that the page must say since when.
#include <gtest/gtest.h>

#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/zdb/mysql_client.h>

namespace poolproof::subjects {
namespace {

using mocks::ClientCall;
using mocks::Fault;
using mocks::FaultPlan;
using mocks::MockDatabase;
using mocks::Selector;

FaultPlan fails(ClientCall call, std::uint32_t first) {
  FaultPlan plan;
  plan.faults.push_back({call, {Selector::Kind::nth, first, 1}, Fault::Effect::fails, {}});
  return plan;
}

/// A pool of at most one connection.
struct Server {
  explicit Server(FaultPlan what_goes_wrong = {})
      : plan(std::move(what_goes_wrong)),
        database(plan, clock),
        entry(ClientRegistry::instance(), {&database, &clock}),
        url(URL_new(mysql_url(entry.connection_string()).c_str())),
        pool(ConnectionPool_new(url)) {
    ConnectionPool_setInitialConnections(pool, 0);
    ConnectionPool_setMaxConnections(pool, 1);
    ConnectionPool_start(pool);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ConnectionPool_free(&pool);
    URL_free(&url);
  }

  FaultPlan plan;
  SteadyClock clock;
  MockDatabase database;
  ClientRegistry::Entry entry;
  URL_T url;
  ConnectionPool_T pool;
};

TEST(ZdbFindings, DeadConnectionKeepsItsPlace) {
  Server server(fails(ClientCall::ping, 1));
  Connection_close(ConnectionPool_getConnection(server.pool));

  Connection_T refused = ConnectionPool_getConnection(server.pool);

  EXPECT_EQ(refused, nullptr) << "mended: a dead connection makes room for a new one";
  EXPECT_EQ(ConnectionPool_active(server.pool), 0);
  EXPECT_EQ(server.database.sessions(), 1U);
}

TEST(ZdbFindings, ConnectionIsLentAgainAlthoughItsRollbackFailed) {
  Server server(fails(ClientCall::execute, 2));
  Connection_T first = ConnectionPool_getConnection(server.pool);
  DbClient* const session = session_below(first);
  Connection_beginTransaction(first);
  Connection_close(first);

  Connection_T next = ConnectionPool_getConnection(server.pool);

  ASSERT_NE(next, nullptr);
  EXPECT_EQ(session_below(next), session) << "mended: the connection is given up";
  Connection_close(next);
}

TEST(ZdbFindings, ConnectionOpenedAfterTheStopIsNeverClosed) {
  MockDatabase* database = nullptr;
  {
    static Server server;  // Its database outlives the session that is left.
    database = &server.database;
    ConnectionPool_stop(server.pool);
    static Connection_T late;  // Known for ever, so that no leak is reported of what nobody closes.
    late = ConnectionPool_getConnection(server.pool);
    ASSERT_NE(late, nullptr) << "mended: a stopped pool lends nothing";
    Connection_close(late);
    ConnectionPool_stop(server.pool);
  }
  EXPECT_EQ(database->sessions(), 1U) << "mended: a second stop closes it";
}

}  // namespace
}  // namespace poolproof::subjects
