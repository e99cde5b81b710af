#include <poolproof/subjects/memcached/handle_pool.h>

#include <poolproof/core/ensure.h>

namespace poolproof::subjects {
namespace {

memcached_return_t on_clone(memcached_st* made, const memcached_st* source) {
  memcached_set_user_data(made, new HandleSession{session_of(*source).database, nullptr});
  return MEMCACHED_SUCCESS;
}

memcached_return_t on_cleanup(const memcached_st* handle) {
  delete &session_of(*handle);
  return MEMCACHED_SUCCESS;
}

/// libmemcached takes functions as pointers to data.
template <class Function>
void* as_data(Function* function) {
  return reinterpret_cast<void*>(function);
}

memcached_st* master_of(DbClientFactory& database) {
  memcached_st* master = memcached_create(nullptr);
  ensure(master != nullptr);
  memcached_set_user_data(master, new HandleSession{database, nullptr});
  memcached_callback_set(master, MEMCACHED_CALLBACK_CLONE_FUNCTION, as_data(&on_clone));
  memcached_callback_set(master, MEMCACHED_CALLBACK_CLEANUP_FUNCTION, as_data(&on_cleanup));
  return master;
}

}  // namespace

HandleSession& session_of(const memcached_st& handle) {
  return *static_cast<HandleSession*>(memcached_get_user_data(&handle));
}

HandlePool::HandlePool(DbClientFactory& database, std::uint32_t size_max)
    : master_(master_of(database)), pool_(memcached_pool_create(master_, 1, size_max)) {
  ensure(pool_ != nullptr);
}

HandlePool::~HandlePool() {
  memcached_pool_destroy(pool_);
  memcached_free(master_);
}

}  // namespace poolproof::subjects
