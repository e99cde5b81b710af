#pragma once
// Which steps may change places without anybody noticing. Partial-order reduction stands on this:
// to call two steps independent that are not loses executions; the other mistake costs time only.

#include <cstdint>

#include <poolproof/sim/engine/step_listener.h>

namespace poolproof::sim {

/// What a step touched.
struct Footprint {
  IntentKind kind = IntentKind::start;
  StepNotes notes = 0;
  std::uint32_t object = 0;
  std::uint32_t mutex = 0;  ///< that a wait unlocked
  friend bool operator==(const Footprint&, const Footprint&) = default;
};

enum class Relation : std::uint8_t {
  independent,  ///< either order leads to the same state, and neither makes the other possible
  ordered,      ///< the order matters, and it is forced: never are both possible at one time
  racing,       ///< the order matters
};

/// Of two steps of different actors. Symmetric. Data that is no primitive's is taken to be
/// guarded: whether it is, the race detector knows.
Relation relation(const Footprint& a, const Footprint& b) noexcept;

}  // namespace poolproof::sim
