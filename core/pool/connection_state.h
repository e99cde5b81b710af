#pragma once
// The three states of a connection, and which changes between them are legal.

#include <cstdint>
#include <string_view>

namespace poolproof {

/// A slot whose connect is still running is `opening`; it is not yet a connection and has no
/// state.
enum class ConnectionState : std::uint8_t {
  idle,     ///< open, held by nobody
  in_use,   ///< held by a lease, or by the pool's own check
  invalid,  ///< final: it will be closed, then forgotten
};

constexpr std::string_view to_string(ConnectionState state) noexcept {
  switch (state) {
    case ConnectionState::idle:
      return "idle";
    case ConnectionState::in_use:
      return "in_use";
    case ConnectionState::invalid:
      return "invalid";
  }
  return "unknown";
}

/// idle to in_use, in_use to idle, and either to invalid. Nothing leaves invalid.
constexpr bool is_legal_transition(ConnectionState from, ConnectionState to) noexcept {
  return from != ConnectionState::invalid && from != to;
}

}  // namespace poolproof
