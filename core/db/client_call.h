#pragma once
// Calls into a database driver, whose exceptions are bad luck and so become values.

#include <exception>
#include <expected>
#include <memory>
#include <utility>

#include <poolproof/core/db/db_client.h>

namespace poolproof {

/// Without its message where there is no memory for it.
inline DbError make_error(DbErrorKind kind, const char* message) noexcept {
  DbError error{kind, {}};
  try {
    error.message = message;
  } catch (...) {
    error.message.clear();
  }
  return error;
}

/// `call` returns std::expected<..., DbError>. What it throws becomes DbErrorKind::exception.
template <class Call>
auto call_client(Call&& call) noexcept -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return std::unexpected(make_error(DbErrorKind::exception, thrown.what()));
  } catch (...) {
    return std::unexpected(make_error(DbErrorKind::exception, "not a std::exception"));
  }
}

/// Without the message where there is no memory for it.
inline DbError copy_of(const DbError& error) noexcept {
  try {
    return error;
  } catch (...) {
    return {error.kind, "out of memory"};  // So short that it needs none.
  }
}

/// The error in memory that several can hold. Never null: where there is none to be had, another
/// error says so.
inline std::shared_ptr<const DbError> shared(DbError error) noexcept {
  static const DbError no_memory{DbErrorKind::exception, "out of memory"};
  try {
    return std::make_shared<const DbError>(std::move(error));
  } catch (...) {
    return {std::shared_ptr<void>(), &no_memory};
  }
}

/// A session, or why there is none. Never a null pointer.
inline std::expected<std::unique_ptr<DbClient>, DbError> call_connect(DbClientFactory& factory,
                                                                      Instant deadline) noexcept {
  auto client = call_client([&] { return factory.connect(deadline); });
  if (client && *client == nullptr) {
    return std::unexpected(
        make_error(DbErrorKind::connection_failed, "the driver made no client"));
  }
  return client;
}

}  // namespace poolproof
