#pragma once
// How the pools here call the database: what it throws, of whatever type, is a failure like any
// other.

#include <memory>
#include <utility>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// Null when the connect fails, however it does.
inline std::unique_ptr<DbClient> connect_or_null(DbClientFactory& factory, Instant deadline) {
  try {
    auto connection = factory.connect(deadline);
    return connection ? std::move(*connection) : nullptr;
  } catch (...) {
    return nullptr;
  }
}

/// Whether the server gives a sign of life.
inline bool is_alive(DbClient& client) {
  try {
    return client.ping().has_value();
  } catch (const std::exception&) {
    return false;
  }
}

/// Whether the connection can be lent again.
inline bool is_reset(DbClient& client) {
  try {
    return client.reset().has_value();
  } catch (...) {
    return false;
  }
}

}  // namespace poolproof::subjects
