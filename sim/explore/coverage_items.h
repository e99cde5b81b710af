#pragma once
// The table of what can be covered, and the number of each item by its name. Not installed.

#include <array>
#include <cstddef>
#include <string_view>

#include <poolproof/sim/engine/intent.h>
#include <poolproof/sim/explore/coverage.h>

namespace poolproof::sim::coverage {

using Group = CoverageGroup;

inline constexpr std::size_t kinds_of_intent =
    static_cast<std::size_t>(IntentKind::client_call) + 1;

inline constexpr std::array seen_in_history{
    CoverageItem{Group::state, "opening"},
    CoverageItem{Group::state, "idle"},
    CoverageItem{Group::state, "in_use"},
    CoverageItem{Group::state, "invalid"},
    CoverageItem{Group::transition, "opening to open"},
    CoverageItem{Group::transition, "opening to failed"},
    CoverageItem{Group::transition, "idle to in_use"},
    CoverageItem{Group::transition, "idle to invalid"},
    CoverageItem{Group::transition, "in_use to idle"},
    CoverageItem{Group::transition, "in_use to invalid"},
    CoverageItem{Group::transition, "invalid to closed"},
    CoverageItem{Group::decision, "acquire grants"},
    CoverageItem{Group::decision, "acquire pings", &Capabilities::validate_after_idle},
    CoverageItem{Group::decision, "acquire replaces", &Capabilities::max_lifetime},
    CoverageItem{Group::decision, "acquire opens"},
    CoverageItem{Group::decision, "acquire waits"},
    CoverageItem{Group::decision, "acquire refuses", &Capabilities::close},
    CoverageItem{Group::decision, "release keeps"},
    CoverageItem{Group::decision, "release hands off"},
    CoverageItem{Group::decision, "release closes"},
    CoverageItem{Group::decision, "check closes", &Capabilities::health_check},
    CoverageItem{Group::decision, "check pings", &Capabilities::health_check},
    CoverageItem{Group::decision, "check opens", &Capabilities::health_check},
    CoverageItem{Group::decision, "check reports", &Capabilities::observer},
    CoverageItem{Group::operation, "acquire"},
    CoverageItem{Group::operation, "try_acquire", &Capabilities::try_acquire},
    CoverageItem{Group::operation, "release"},
    CoverageItem{Group::operation, "invalidate", &Capabilities::invalidate},
    CoverageItem{Group::operation, "ensure_min_size", &Capabilities::ensure_min_size},
    CoverageItem{Group::operation, "health_check", &Capabilities::health_check},
    CoverageItem{Group::operation, "metrics", &Capabilities::metrics},
    CoverageItem{Group::operation, "resize", &Capabilities::resize},
    CoverageItem{Group::operation, "evict_all", &Capabilities::evict_all},
    CoverageItem{Group::operation, "close", &Capabilities::close},
    CoverageItem{Group::operation, "drain", &Capabilities::drain},
    CoverageItem{Group::operation, "use_ended"},
    CoverageItem{Group::operation, "destroy"},
    CoverageItem{Group::operation, "leave"},
    CoverageItem{Group::operation, "move"},
    CoverageItem{Group::operation, "cancel", &Capabilities::cancellation},
    CoverageItem{Group::answer, "acquire = ok"},
    CoverageItem{Group::answer, "acquire = timed_out", &Capabilities::timed_acquire},
    CoverageItem{Group::answer, "acquire = closed", &Capabilities::close},
    CoverageItem{Group::answer, "acquire = connect_failed", &Capabilities::connect_errors},
    CoverageItem{Group::answer, "acquire = cancelled", &Capabilities::cancellation},
    CoverageItem{Group::answer, "acquire = ok after a refusal", &Capabilities::waits_when_refused},
    CoverageItem{Group::answer, "try_acquire = ok", &Capabilities::try_acquire},
    CoverageItem{Group::answer, "try_acquire = exhausted", &Capabilities::try_acquire},
    CoverageItem{Group::answer, "try_acquire = closed", &Capabilities::try_acquire},
    CoverageItem{Group::answer, "try_acquire = connect_failed", &Capabilities::try_acquire},
    CoverageItem{Group::answer, "drain = leases still out", &Capabilities::drain},
    CoverageItem{Group::transaction, "takes effect", &Capabilities::transactions},
    CoverageItem{Group::transaction, "rolls back", &Capabilities::transactions},
    CoverageItem{Group::transaction, "is tried again", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = ok", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = timed_out", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = closed", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = connect_failed", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = conflict", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = ambiguous", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = failed", &Capabilities::transactions},
    CoverageItem{Group::transaction, "run = threw", &Capabilities::transactions},
    CoverageItem{Group::fault, "connect fails"},
    CoverageItem{Group::fault, "connect throws", &Capabilities::exception_safe},
    CoverageItem{Group::fault, "connect takes time"},
    CoverageItem{Group::fault, "connect times out"},
    CoverageItem{Group::fault, "ping fails"},
    CoverageItem{Group::fault, "ping throws", &Capabilities::exception_safe},
    CoverageItem{Group::fault, "ping takes time"},
    CoverageItem{Group::fault, "execute fails"},
    CoverageItem{Group::fault, "execute throws"},
    CoverageItem{Group::fault, "execute takes time"},
    CoverageItem{Group::fault, "reset fails", &Capabilities::resets_on_return},
    CoverageItem{Group::fault, "reset throws", &Capabilities::resets_on_return},
    CoverageItem{Group::fault, "reset takes time", &Capabilities::resets_on_return},
    CoverageItem{Group::fault, "close takes time"},
    CoverageItem{Group::fault, "server restarts"},
    CoverageItem{Group::fault, "allocation fails", &Capabilities::exception_safe},
};
static_assert(kinds_of_intent + seen_in_history.size() <= coverage_items_max);

/// The number of an item; a mistake of the caller's, found at compile time, when there is none.
consteval std::size_t item(std::string_view name, Group group) {
  for (std::size_t i = 0; i < seen_in_history.size(); ++i) {
    if (seen_in_history[i].name == name && seen_in_history[i].group == group)
      return kinds_of_intent + i;
  }
  throw "there is no such item";
}
consteval std::size_t state(std::string_view name) {
  return item(name, Group::state);
}
consteval std::size_t transition(std::string_view name) {
  return item(name, Group::transition);
}
consteval std::size_t decision(std::string_view name) {
  return item(name, Group::decision);
}
consteval std::size_t answer(std::string_view name) {
  return item(name, Group::answer);
}
consteval std::size_t transaction(std::string_view name) {
  return item(name, Group::transaction);
}
consteval std::size_t fault(std::string_view name) {
  return item(name, Group::fault);
}

inline constexpr std::size_t first_operation = item("acquire", Group::operation);
static_assert(item("cancel", Group::operation) - first_operation ==
              static_cast<std::size_t>(operations_last) -
                  static_cast<std::size_t>(Operation::acquire));

}  // namespace poolproof::sim::coverage
