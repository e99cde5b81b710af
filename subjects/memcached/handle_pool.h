#pragma once
// libmemcachedutil's pool over database sessions: what the subject and the findings' tests have in
// common.

#include <libmemcachedutil-1.0/pool.h>

#include <cstdint>
#include <memory>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// What each handle of the pool has for its user data.
struct HandleSession {
  DbClientFactory& database;
  std::unique_ptr<DbClient> client;
};

HandleSession& session_of(const memcached_st& handle);

/// A pool of handles, of which the first is made at once. Any thread.
class HandlePool {
 public:
  HandlePool(DbClientFactory& database, std::uint32_t size_max);
  HandlePool(const HandlePool&) = delete;
  HandlePool& operator=(const HandlePool&) = delete;
  /// No handle may be out.
  ~HandlePool();

  [[nodiscard]] memcached_pool_st* get() const noexcept { return pool_; }

 private:
  memcached_st* master_;
  memcached_pool_st* pool_;
};

}  // namespace poolproof::subjects
