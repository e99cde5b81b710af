#pragma once
// What a Poco::ObjectPool of database sessions makes, checks and destroys.

#include <memory>
#include <stdexcept>
#include <utility>

#include <poolproof/core/db/db_client.h>
#include <poolproof/subjects/client_calls.h>

namespace poolproof::subjects {

/// What the pool keeps. `is_valid` is its user's word: false when the session is of no more use.
struct PooledSession {
  std::unique_ptr<DbClient> client;
  bool is_valid = true;
};

struct ConnectFailed : std::runtime_error {
  ConnectFailed() : std::runtime_error("the connect failed") {}
};

struct SessionLost : std::runtime_error {
  SessionLost() : std::runtime_error("the session does not answer") {}
};

/// A factory as Poco::ObjectPool's documentation wants it: what must not throw does not. The pool
/// calls it under its mutex.
class SessionFactory {
 public:
  explicit SessionFactory(DbClientFactory& database, bool resets = true)
      : database_(&database), resets_(resets) {}

  /// Errors: ConnectFailed.
  PooledSession* createObject() {
    auto client = connect_or_null(*database_, Instant::max());
    if (client == nullptr) throw ConnectFailed();
    return new PooledSession{std::move(client)};
  }
  /// Whether the session can be lent again.
  bool validateObject(PooledSession* session) {
    return session->is_valid && (!resets_ || is_reset(*session->client));
  }
  /// Errors: SessionLost.
  void activateObject(PooledSession* session) {
    if (!is_alive(*session->client)) throw SessionLost();
  }
  void deactivateObject(PooledSession*) {}
  void destroyObject(PooledSession* session) { delete session; }

 private:
  DbClientFactory* database_;
  bool resets_;
};

}  // namespace poolproof::subjects
