#pragma once
// Which SQL a database speaks.

#include <cstdint>
#include <string_view>

namespace poolproof {

enum class Dialect : std::uint8_t { sqlite, postgresql, mysql };

constexpr std::string_view to_string(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::sqlite:
      return "sqlite";
    case Dialect::postgresql:
      return "postgresql";
    case Dialect::mysql:
      return "mysql";
  }
  return "unknown";
}

}  // namespace poolproof
