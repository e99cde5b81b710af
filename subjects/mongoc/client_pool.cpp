#include <poolproof/subjects/mongoc/client_pool.h>

#include <poolproof/core/ensure.h>
#include <poolproof/subjects/client_calls.h>

namespace poolproof::subjects {
namespace {

mongoc_client_pool_t* pool_of(std::uint32_t size_max, std::chrono::milliseconds timeout) {
  // To a load balancer the driver sends no monitors.
  mongoc_uri_t* uri = mongoc_uri_new("mongodb://localhost/?loadBalanced=true");
  ensure(uri != nullptr);
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, static_cast<std::int32_t>(size_max));
  mongoc_uri_set_option_as_int32(uri, MONGOC_URI_WAITQUEUETIMEOUTMS,
                                 static_cast<std::int32_t>(timeout.count()));
  mongoc_client_pool_t* pool = mongoc_client_pool_new(uri);
  ensure(pool != nullptr);
  mongoc_uri_destroy(uri);
  return pool;
}

}  // namespace

ClientPool::ClientPool(DbClientFactory& database, std::uint32_t size_max,
                       std::chrono::milliseconds timeout)
    : database_(database), pool_(pool_of(size_max, timeout)) {}

ClientPool::~ClientPool() {
  mongoc_client_pool_destroy(pool_);
}

DbClient* ClientPool::open(mongoc_client_t* client) {
  std::unique_ptr<DbClient>& session = place_of(client);
  if (session == nullptr) session = connect_or_null(database_, Instant::max());
  return session.get();
}

DbClient* ClientPool::find(mongoc_client_t* client) {
  return place_of(client).get();
}

void ClientPool::disconnect(mongoc_client_t* client) {
  place_of(client).reset();
}

// Only whoever has the client uses its place, so no lock is held while it does.
std::unique_ptr<DbClient>& ClientPool::place_of(mongoc_client_t* client) {
  const std::lock_guard guard(mutex_);
  return sessions_[client];
}

void start_mongoc() {
  static const bool is_started = [] {
    mongoc_init();
    return true;
  }();
  ensure(is_started);
}

}  // namespace poolproof::subjects
