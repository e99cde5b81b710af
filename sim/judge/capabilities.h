#pragma once
// What a pool under judgement promises. What it declines is reported as n/a, never as a pass.

#include <cstdint>
#include <string>

namespace poolproof::sim {

struct Order {
  enum class Kind : std::uint8_t { fifo, bounded, none };
  Kind kind = Kind::fifo;
  std::uint32_t overtakes_max = 0;  ///< for bounded: how often one waiter may be overtaken
  friend bool operator==(const Order&, const Order&) = default;
};

/// Defaults are what a pool that promises everything says. A subject sets to false what its pool
/// lacks.
struct Capabilities {
  Order order{};
  bool timed_acquire = true;  ///< acquire honours a timeout (L7)
  bool try_acquire = true;
  bool invalidate = true;
  bool ensure_min_size = true;
  bool health_check = true;
  bool idle_timeout = true;         ///< L8, that half
  bool max_lifetime = true;         ///< L8 and L9, that half
  bool validate_after_idle = true;  ///< L9, that part
  bool resets_on_return = true;
  bool metrics = true;  ///< L11
  bool resize = true;
  bool evict_all = true;
  bool close = true;  ///< L12
  bool drain = true;
  bool connects_lazily = true;       ///< opens sessions inside acquire (else all at construction)
  bool connect_outside_lock = true;  ///< L10
  bool connect_errors =
      true;  ///< a failed connect is an error of the caller it was made for (L13)
  bool exception_safe = true;  ///< L16
  bool observer = true;        ///< speaks to a PoolObserver (L4 is then judged from its words)
  bool lease_outlives_pool = true;
  bool double_release = true;  ///< releasing an ended lease is harmless (L1)
  // What many right pools do not promise: no by default, and never declined. The first two are
  // found by their functions.
  bool cancellation = false;        ///< an acquire can be made to give up (L21)
  bool error_policy = false;        ///< is told of read_only, and closes all that is as old (L9)
  bool call_deadlines = false;      ///< gives what it asks of a client for a caller that one's
                                    ///< deadline, a connect for nobody acquire_timeout (L7)
  bool waits_when_refused = false;  ///< who is refused a new connection waits for another (L13)
  bool notices_dead = false;        ///< hands out nothing that its client knows to be dead (L9)
  bool connect_backoff = false;     ///< pauses after a refused connect (L20, that part)
  bool full_metrics = false;        ///< metrics() fills every number, those of connects under
                                    ///< way and of waits too (L11, that part)
  /// Runs transactions over its pool (T1 to T5). Not a promise of pools: no by default, and not
  /// among what is declined.
  bool transactions = false;
  /// Why something is declined, in the subject's words; printed beside n/a.
  std::string why;

  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace poolproof::sim
