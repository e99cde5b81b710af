#include <poolproof/subjects/apr/session_list.h>

#include <apr_general.h>

#include <poolproof/core/ensure.h>
#include <poolproof/subjects/client_calls.h>

namespace poolproof::subjects {
namespace {

apr_status_t open_session(void** session, void* database, apr_pool_t*) {
  auto client = connect_or_null(*static_cast<DbClientFactory*>(database), Instant::max());
  if (client == nullptr) return SessionList::connect_failed;
  *session = client.release();
  return APR_SUCCESS;
}

apr_status_t close_session(void* session, void*, apr_pool_t*) {
  delete static_cast<DbClient*>(session);
  return APR_SUCCESS;
}

}  // namespace

SessionList::SessionList(DbClientFactory& database, ListSizes sizes,
                         std::chrono::microseconds idle_timeout,
                         std::chrono::microseconds acquire_timeout) {
  ensure(apr_pool_create(&memory_, nullptr) == APR_SUCCESS);
  ensure(apr_reslist_create(&list_, 0, sizes.idle_max, sizes.max, idle_timeout.count(),
                            open_session, close_session, &database, memory_) == APR_SUCCESS);
  apr_reslist_timeout_set(list_, acquire_timeout.count());
}

SessionList::~SessionList() {
  apr_reslist_destroy(list_);
  apr_pool_destroy(memory_);
}

apr_status_t SessionList::acquire(DbClient*& client) {
  void* session = nullptr;
  const apr_status_t status = apr_reslist_acquire(list_, &session);
  client = static_cast<DbClient*>(session);
  return status;
}

void start_apr() {
  static const apr_status_t status = apr_initialize();
  ensure(status == APR_SUCCESS);
}

}  // namespace poolproof::subjects
