#pragma once
// A mongoc_client_pool whose clients reach a database of ours: what the subject and the findings'
// tests have in common.

#include <mongoc/mongoc.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// The pool knows of no server that monitors would have to watch. A client of it connects when it
/// is first used, to whatever open() asks. Any thread.
class ClientPool {
 public:
  /// `timeout` above 0, which would be for ever to the pool.
  ClientPool(DbClientFactory& database, std::uint32_t size_max, std::chrono::milliseconds timeout);
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;
  /// No client may be out.
  ~ClientPool();

  [[nodiscard]] mongoc_client_pool_t* get() const noexcept { return pool_; }

  /// The session of a client, which is opened if there is none. nullptr when the connect fails.
  DbClient* open(mongoc_client_t* client);
  /// nullptr when there is none.
  DbClient* find(mongoc_client_t* client);
  /// The next open() connects anew.
  void disconnect(mongoc_client_t* client);

 private:
  std::unique_ptr<DbClient>& place_of(mongoc_client_t* client);

  DbClientFactory& database_;
  mongoc_client_pool_t* pool_;

  std::mutex mutex_;
  std::map<mongoc_client_t*, std::unique_ptr<DbClient>> sessions_;  // guarded by mutex_
};

/// Initialises the library, once.
void start_mongoc();

}  // namespace poolproof::subjects
