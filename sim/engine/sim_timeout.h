#pragma once
// How long a wait lasts, measured as the standard library measures it.

#include <chrono>
#include <string_view>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

/// The standard library adds a timeout to steady_clock::now(), which is how long the machine has
/// been up. Longer ones overflow on a machine that has been up for ten years.
inline constexpr Duration timeout_max = Duration::max() - std::chrono::hours(10 * 365 * 24);

/// Ends the execution: `timeout_s` seconds given to `call` would overflow.
void refuse_timeout(std::string_view call, double timeout_s);

/// When a wait for `timeout` ends, in an execution. A timeout that would overflow in the standard
/// library, and so end at once, ends the execution as a mistake: it must not hold here, either.
Instant wait_deadline(Duration timeout);

template <class Rep, class Period>
Instant deadline_of_wait(std::string_view call, std::chrono::duration<Rep, Period> timeout) {
  const std::chrono::duration<double, std::nano> length = timeout;
  const std::chrono::duration<double, std::nano> longest = timeout_max;
  if (!(length <= longest)) {  // Not a number is no timeout, either.
    refuse_timeout(call, std::chrono::duration<double>(timeout).count());
    return Instant::max();
  }
  return wait_deadline(std::chrono::ceil<Duration>(timeout));
}

}  // namespace poolproof::sim
