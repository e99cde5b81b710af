#include <poolproof/drivers/postgres/libpq.h>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace poolproof::postgres {
namespace {

timespec to_timespec(Duration duration) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(duration);
  timespec time{};
  time.tv_sec = static_cast<std::time_t>(whole.count());
  time.tv_nsec = static_cast<long>((duration - whole).count());
  return time;
}

}  // namespace

bool wait_for(int file, short events, const Clock& clock, Instant deadline) {
  for (;;) {
    const bool is_endless = deadline == Instant::max();
    const Duration left =
        is_endless ? Duration::zero() : std::max(deadline - clock.now(), Duration::zero());
    const timespec timeout = to_timespec(left);
    pollfd watched{.fd = file, .events = events, .revents = 0};
    const int ready = ::ppoll(&watched, 1, is_endless ? nullptr : &timeout, nullptr);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // Whoever uses the file is told what is wrong.
    if (ready == 0 && clock.now() >= deadline) return false;
  }
}

}  // namespace poolproof::postgres
