#include <poolproof/subjects/zdb/mysql_client.h>

#include <bit>
#include <cstdint>
#include <memory>

#include <poolproof/subjects/client_calls.h>
#include <poolproof/subjects/client_registry.h>

/// MySQL's handle. libzdb knows no more of it than its name.
struct MYSQL {
  std::unique_ptr<poolproof::DbClient> client;
};

namespace {

int run(MYSQL* handle, const char* sql) noexcept {
  try {
    return handle->client->execute(sql, {}) ? 0 : 1;
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace

extern "C" {

MYSQL* mysql_init(MYSQL*) noexcept {
  return new MYSQL{};
}
int mysql_options(MYSQL*, int, const void*) noexcept {
  return 0;
}
MYSQL* mysql_real_connect(MYSQL* handle, const char*, const char*, const char*,
                          const char* database, unsigned, const char*, unsigned long) noexcept {
  using poolproof::subjects::ClientRegistry;
  auto* const factory = ClientRegistry::instance().find(database).factory;
  if (factory == nullptr) return nullptr;
  handle->client = poolproof::subjects::connect_or_null(*factory, poolproof::Instant::max());
  return handle->client != nullptr ? handle : nullptr;
}
void mysql_close(MYSQL* handle) noexcept {
  delete handle;
}
int mysql_ping(MYSQL* handle) noexcept {
  return poolproof::subjects::is_alive(*handle->client) ? 0 : 1;
}
int mysql_query(MYSQL* handle, const char* sql) noexcept {
  return run(handle, sql);
}
int mysql_real_query(MYSQL* handle, const char* sql, unsigned long) noexcept {
  return run(handle, sql);
}
unsigned mysql_errno(MYSQL*) noexcept {
  return 0;
}
const char* mysql_error(MYSQL*) noexcept {
  return "the server did not answer";
}
/// Nothing is ever inserted: instead, this leads from one of libzdb's connections to its session.
unsigned long long mysql_insert_id(MYSQL* handle) noexcept {
  return std::bit_cast<std::uintptr_t>(handle->client.get());
}

}  // extern "C"

namespace poolproof::subjects {

DbClient* session_below(Connection_T connection) {
  return std::bit_cast<DbClient*>(static_cast<std::uintptr_t>(Connection_lastRowId(connection)));
}

std::string mysql_url(const std::string& connection_string) {
  return "mysql://user:password@localhost:3306/" + connection_string;
}

}  // namespace poolproof::subjects
