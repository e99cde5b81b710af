#include <poolproof/drivers/postgres/libpq.h>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace poolproof::postgres {
namespace {

/// What poll() takes: milliseconds rounded up, -1 for ever. A wait too long for it is cut in two.
int milliseconds_until(Instant deadline, const Clock& clock) {
  if (deadline == Instant::max()) return -1;
  using std::chrono::milliseconds;
  constexpr milliseconds most(std::numeric_limits<int>::max());
  const auto left = std::chrono::ceil<milliseconds>(deadline - clock.now());
  return static_cast<int>(std::clamp(left, milliseconds::zero(), most).count());
}

}  // namespace

bool wait_for(int file, short events, const Clock& clock, Instant deadline) {
  for (;;) {
    pollfd watched{.fd = file, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, milliseconds_until(deadline, clock));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // Whoever uses the file is told what is wrong.
    if (ready == 0 && clock.now() >= deadline) return false;
  }
}

bool is_hung_up(int file) noexcept {
  // Not POLLIN: of a session that lives there may be notifications to read.
  pollfd watched{.fd = file, .events = POLLRDHUP, .revents = 0};
  return ::poll(&watched, 1, 0) > 0;
}

}  // namespace poolproof::postgres
