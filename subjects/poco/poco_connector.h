#pragma once
// A Poco::Data connector whose sessions are DbClients: it lets Poco's own SessionPool be judged,
// unmodified. Statements run without parameters and without output.

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include <Poco/AutoPtr.h>
#include <Poco/Data/AbstractSessionImpl.h>
#include <Poco/Data/StatementImpl.h>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// One session, as Poco::Data sees it. Errors of a client, returned or thrown, come out as
/// Poco::Data exceptions with the client's words: ConnectionFailedException from open,
/// NotConnectedException for a lost session, ExecutionException for a statement that failed. One
/// thread at a time, except that close() may come from another one: SessionPool::shutdown() closes
/// sessions that are leased. A call that is under way then goes on, and the client is closed when
/// it ends.
class PocoSession : public Poco::Data::AbstractSessionImpl<PocoSession> {
 public:
  /// Opens the session. `connection_string` is a ClientRegistry entry's; `login_timeout` is in
  /// seconds, 0 is never.
  PocoSession(const std::string& connection_string, std::size_t login_timeout);

  /// Opens the session again if it was closed. Errors: ConnectionFailedException.
  void open(const std::string& connection_string = "") override;
  void close() override;
  /// Does not ask the server; false only after close().
  bool isConnected() const override;
  /// Asks the server: a ping. What the client throws counts as "no".
  bool isGood() const override;
  /// Errors: NotConnectedException.
  void reset() override;

  Poco::Data::StatementImpl::Ptr createStatementImpl() override;
  void run(const std::string& sql);

  void begin() override;
  void commit() override;
  void rollback() override;
  bool canTransact() const override { return true; }
  bool isTransaction() const override { return is_transaction_; }
  void setTransactionIsolation(Poco::UInt32 isolation) override;
  Poco::UInt32 getTransactionIsolation() const override { return 0; }
  bool hasTransactionIsolation(Poco::UInt32) const override { return false; }
  bool isTransactionIsolation(Poco::UInt32) const override { return false; }

  void setConnectionTimeout(std::size_t) override {}
  std::size_t getConnectionTimeout() const override { return CONNECTION_TIMEOUT_INFINITE; }
  const std::string& connectorName() const override;

 private:
  std::shared_ptr<DbClient> client() const;

  bool is_transaction_ = false;

  mutable std::mutex mutex_;
  std::shared_ptr<DbClient> client_;  // guarded by mutex_
};

/// The name that SessionPool's constructor wants. The first call registers the connector. Any
/// thread.
const std::string& poco_connector();

}  // namespace poolproof::subjects
