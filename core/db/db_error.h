#pragma once
// What a database call can answer instead of a result.

#include <cstdint>
#include <string>
#include <string_view>

namespace poolproof {

enum class DbErrorKind : std::uint8_t {
  connection_failed,  ///< no session could be opened
  connection_lost,    ///< there was a session; it is of no more use
  timed_out,          ///< the call's deadline passed
  rejected,           ///< the server answered with an error; the session is still good
  exception,          ///< the client threw; what it said is in `message`
};

std::string_view to_string(DbErrorKind kind) noexcept;

/// A failed call to a database. Holds no parameter values and no passwords.
struct DbError {
  DbErrorKind kind = DbErrorKind::rejected;
  std::string message;

  friend bool operator==(const DbError&, const DbError&) = default;
};

}  // namespace poolproof
