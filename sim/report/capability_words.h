#pragma once
// What a pool can decline, by name.

#include <array>
#include <string>
#include <string_view>

#include <poolproof/sim/judge/capabilities.h>

namespace poolproof::sim {

struct CapabilityWord {
  std::string_view name;
  bool Capabilities::*promised;
};

/// In the order of Capabilities' fields; without what is only claimed, and so never declined.
inline constexpr std::array capability_words{
    CapabilityWord{"timed_acquire", &Capabilities::timed_acquire},
    CapabilityWord{"try_acquire", &Capabilities::try_acquire},
    CapabilityWord{"invalidate", &Capabilities::invalidate},
    CapabilityWord{"ensure_min_size", &Capabilities::ensure_min_size},
    CapabilityWord{"health_check", &Capabilities::health_check},
    CapabilityWord{"idle_timeout", &Capabilities::idle_timeout},
    CapabilityWord{"max_lifetime", &Capabilities::max_lifetime},
    CapabilityWord{"validate_after_idle", &Capabilities::validate_after_idle},
    CapabilityWord{"resets_on_return", &Capabilities::resets_on_return},
    CapabilityWord{"metrics", &Capabilities::metrics},
    CapabilityWord{"resize", &Capabilities::resize},
    CapabilityWord{"evict_all", &Capabilities::evict_all},
    CapabilityWord{"close", &Capabilities::close},
    CapabilityWord{"drain", &Capabilities::drain},
    CapabilityWord{"connects_lazily", &Capabilities::connects_lazily},
    CapabilityWord{"connect_outside_lock", &Capabilities::connect_outside_lock},
    CapabilityWord{"connect_errors", &Capabilities::connect_errors},
    CapabilityWord{"exception_safe", &Capabilities::exception_safe},
    CapabilityWord{"observer", &Capabilities::observer},
    CapabilityWord{"lease_outlives_pool", &Capabilities::lease_outlives_pool},
    CapabilityWord{"double_release", &Capabilities::double_release},
};

/// "fifo", "none", "bounded:3".
std::string to_string(const Order& order);

/// Names of what is declined, joined by ", ", an order other than fifo among them ("order none");
/// empty when nothing is.
std::string declined_words(const Capabilities& capabilities);

/// "It offers acquire, release, close.\nIt has no drain.\n": the operations that were found or
/// not, so that a misspelt one shows.
std::string offer_words(const Capabilities& capabilities);

}  // namespace poolproof::sim
