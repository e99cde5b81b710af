#include <poolproof/core/db/db_error.h>

namespace poolproof {

std::string_view to_string(DbErrorKind kind) noexcept {
  switch (kind) {
    case DbErrorKind::connection_failed:
      return "connection_failed";
    case DbErrorKind::connection_lost:
      return "connection_lost";
    case DbErrorKind::timed_out:
      return "timed_out";
    case DbErrorKind::rejected:
      return "rejected";
    case DbErrorKind::exception:
      return "exception";
  }
  return "unknown";
}

}  // namespace poolproof
