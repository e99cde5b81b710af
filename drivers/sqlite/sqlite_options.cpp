#include <poolproof/drivers/sqlite/sqlite_options.h>

namespace poolproof {

std::string_view to_string(SqliteSynchronous synchronous) noexcept {
  switch (synchronous) {
    case SqliteSynchronous::off:
      return "off";
    case SqliteSynchronous::normal:
      return "normal";
    case SqliteSynchronous::full:
      return "full";
    case SqliteSynchronous::extra:
      return "extra";
  }
  return "unknown";
}

}  // namespace poolproof
