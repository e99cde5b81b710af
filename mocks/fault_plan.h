#pragma once
// Which calls to the database go wrong, and how: a value, printed and parsed, so that it fits in a scenario.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/client_call.h>

namespace poolproof::mocks {

/// Which calls of one kind a fault concerns.
struct Selector {
  enum class Kind : std::uint8_t {
    every,    ///< "connect fails"
    nth,      ///< "connect 2 fails": the second, counted from 1
    from,     ///< "connect 2+ fails": the second and all later ones
    by_chance ///< "ping 1/10 fails": each with that chance
  };
  Kind kind = Kind::every;
  std::uint32_t n = 1;            ///< nth, from; numerator of by_chance
  std::uint32_t denominator = 1;  ///< by_chance
  friend bool operator==(const Selector&, const Selector&) = default;
};

struct Fault {
  enum class Effect : std::uint8_t {
    fails,   ///< "fails": the call answers with a DbError. close cannot.
    throws,  ///< "throws": the call throws std::runtime_error. close cannot.
    takes,   ///< "takes 5ms": the call blocks for `duration`, then goes on
    hangs,   ///< "hangs until 3s": the call blocks until the instant `duration` after the clock's epoch
  };
  ClientCall call = ClientCall::connect;
  Selector selector{};
  Effect effect = Effect::fails;
  Duration duration{};
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// The printed form is the faults, joined by "; ", in this order:
/// "connect 2 fails; ping 1/10 throws; reset takes 5ms; connect 1 hangs until 3s; server restarts at 2s;
/// allocation 3 fails".
struct FaultPlan {
  std::vector<Fault> faults;
  /// Sessions opened before such an instant are dead from then on: every call on them fails.
  std::vector<Duration> restarts;
  /// The n-th allocation, counted from 1 over all operations of the pool, throws bad_alloc. 0: none does.
  std::uint32_t failing_allocation = 0;

  /// Errors: one sentence naming the place (character), the word and the rule. "" is the empty plan.
  static std::expected<FaultPlan, std::string> parse(std::string_view text);

  friend bool operator==(const FaultPlan&, const FaultPlan&) = default;
};

std::string to_string(const FaultPlan& plan);

/// "250ms", "3s", "1.5s", "0s", "2min", "1h", "7us", "12ns": the largest unit that keeps it a short exact decimal.
std::string print_duration(Duration duration);
/// Reads what print_duration prints, and "never"/"forever" as Duration::max(). Errors: one sentence.
/// Negative values, unknown units, and values beyond 100 years are refused.
std::expected<Duration, std::string> parse_duration(std::string_view text);

}  // namespace poolproof::mocks
