#pragma once
// What the stories about PoolState begin with. For tests; not installed. Static, not inline: g++
// 12 cannot link a source_location in an inline function that two files share.

#include <source_location>

#include <poolproof/core/pool/pool_state.h>

namespace poolproof::state_stories {

[[maybe_unused]] static const std::source_location here = std::source_location::current();
[[maybe_unused]] static const Instant start{std::chrono::hours(1)};
[[maybe_unused]] static const DbError refused{DbErrorKind::connection_failed, "refused"};

[[maybe_unused]] static PoolConfig sizes(std::size_t min_size, std::size_t max_size) {
  return {.min_size = min_size,
          .max_size = max_size,
          .idle_timeout = Duration::zero(),
          .max_lifetime = Duration::zero()};
}

[[maybe_unused]] static PoolConfig with_lifetime(std::size_t max_size, Duration lifetime) {
  PoolConfig config = sizes(0, max_size);
  config.max_lifetime = lifetime;
  return config;
}

[[maybe_unused]] static PoolConfig with_idle_timeout(SizeLimits limits, Duration timeout) {
  PoolConfig config = sizes(limits.min_size, limits.max_size);
  config.idle_timeout = timeout;
  return config;
}

[[maybe_unused]] static PoolConfig with_validation(std::size_t max_size, Duration after) {
  PoolConfig config = sizes(0, max_size);
  config.validate_after_idle = after;
  return config;
}

/// Opens a connection for a caller, who then has a lease on it.
[[maybe_unused]] static Slot& lease_new(PoolState& state, Instant now = start) {
  const Turn turn = state.request(now, here);
  ensure(turn.kind == Turn::Kind::open);
  ensure(state.opened(*turn.slot, now, here, Duration::zero()) == Fate::keep);
  return *turn.slot;
}

[[maybe_unused]] static void enqueue(PoolState& state, Waiter& waiter) {
  ensure(state.request(start, here).kind == Turn::Kind::wait);
  state.enqueue(waiter);
}

}  // namespace poolproof::state_stories
