#pragma once
// What an error that a lease's holder reports says about connections.

#include <cstdint>
#include <string_view>

#include <poolproof/core/db/db_error.h>

namespace poolproof {

/// What is closed for an error: when its lease ends, or at once where it is idle. Closing is done
/// by who gives the lease back, or who reports, and takes as long as the client's close.
enum class Condemned : std::uint8_t {
  nothing,
  connection,  ///< the one that answered so
  generation,  ///< all of its generation: opened since all were last evicted or condemned
};

/// The name of the enumerator. Any thread.
constexpr std::string_view to_string(Condemned condemned) noexcept {
  switch (condemned) {
    case Condemned::nothing:
      return "nothing";
    case Condemned::connection:
      return "connection";
    case Condemned::generation:
      return "generation";
  }
  return "unknown";
}

/// Decides by the kind of error alone; PoolConfig::error_policy is one. Called without the pool's
/// lock, by any thread, perhaps by several at once, so it must neither block nor throw.
///
/// Example:
///   const auto forgiving = [](DbErrorKind kind) noexcept {
///     return is_session_lost(kind) ? Condemned::connection : Condemned::nothing;
///   };
///   ConnectionPool own({.max_size = 4, .error_policy = forgiving}, database, clock);
using ErrorPolicy = Condemned (*)(DbErrorKind kind) noexcept;

/// A lost session is closed; a server that has become read-only takes all sessions with it, since
/// they lead to the same one; everything else leaves the session as good as it was.
constexpr Condemned condemned_by_default(DbErrorKind kind) noexcept {
  if (kind == DbErrorKind::read_only) return Condemned::generation;
  return is_session_lost(kind) ? Condemned::connection : Condemned::nothing;
}

}  // namespace poolproof
