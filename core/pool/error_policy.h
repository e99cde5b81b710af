#pragma once
// What an error that a lease's holder reports says about connections.

#include <cstdint>
#include <string_view>

#include <poolproof/core/db/db_error.h>

namespace poolproof {

/// What is closed for it: when its lease ends, or at once where it is idle.
enum class Condemned : std::uint8_t {
  nothing,
  connection,  ///< the one that answered so
  generation,  ///< all that had been opened, or were being opened, when the lease's was
};

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

/// Decides by the kind of error alone. Called without the pool's lock, by any thread.
using ErrorPolicy = Condemned (*)(DbErrorKind kind) noexcept;

/// A lost session is closed; a server that has become read-only takes all sessions with it, since
/// they lead to the same one; everything else leaves the session as good as it was.
constexpr Condemned condemned_by_default(DbErrorKind kind) noexcept {
  if (kind == DbErrorKind::read_only) return Condemned::generation;
  return is_session_lost(kind) ? Condemned::connection : Condemned::nothing;
}

}  // namespace poolproof
