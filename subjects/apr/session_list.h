#pragma once
// An apr_reslist of database sessions: what the subject and the findings' tests have in common.

#include <apr_pools.h>
#include <apr_reslist.h>

#include <chrono>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

struct ListSizes {
  int idle_max = 1;  ///< smax: idle sessions beyond so many expire
  int max = 1;       ///< hmax
};

/// The list, and the memory pool that it lives in. No session is opened before the first acquire:
/// apr_reslist's own minimum is 0. Any thread.
class SessionList {
 public:
  /// `idle_timeout` 0: never. `acquire_timeout` must be above 0, which would be for ever to
  /// apr_reslist.
  SessionList(DbClientFactory& database, ListSizes sizes, std::chrono::microseconds idle_timeout,
              std::chrono::microseconds acquire_timeout);
  SessionList(const SessionList&) = delete;
  SessionList& operator=(const SessionList&) = delete;
  ~SessionList();

  /// APR_SUCCESS and a session, APR_TIMEUP, or connect_failed.
  apr_status_t acquire(DbClient*& client);
  void release(DbClient* client) { apr_reslist_release(list_, client); }
  void invalidate(DbClient* client) { apr_reslist_invalidate(list_, client); }
  void maintain() { apr_reslist_maintain(list_); }

  static constexpr apr_status_t connect_failed = APR_OS_START_USERERR;

 private:
  apr_pool_t* memory_ = nullptr;
  apr_reslist_t* list_ = nullptr;
};

/// Initialises the library, once.
void start_apr();

}  // namespace poolproof::subjects
