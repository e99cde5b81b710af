#include <poolproof/sim/as_is/open_descriptors.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

namespace poolproof::sim::as_is {
namespace {

constexpr int numbers_max = 4096;  // looked at; more are few harnesses' to open

bool is_open(int descriptor) noexcept {
  return ::fcntl(descriptor, F_GETFD) != -1;
}

/// -1 where there is none.
int lowest_free() noexcept {
  const int descriptor = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  if (descriptor != -1) ::close(descriptor);
  return descriptor;
}

int numbers() noexcept {
  return static_cast<int>(std::clamp<long>(::sysconf(_SC_OPEN_MAX), 0, numbers_max));
}

}  // namespace

void OpenDescriptors::note() {
  const int free = lowest_free();
  if (free == free_) return;
  free_ = free;
  open_.clear();
  for (int i = 0; i < numbers(); ++i)
    if (is_open(i)) open_.push_back(i);
}

void OpenDescriptors::close_new() noexcept {
  if (lowest_free() == free_) return;
  int next = 0;
  for (const int known : open_) {
    if (next < known)
      ::close_range(static_cast<unsigned>(next), static_cast<unsigned>(known) - 1, 0);
    next = known + 1;
  }
  ::close_range(static_cast<unsigned>(next), std::numeric_limits<unsigned>::max(), 0);
}

}  // namespace poolproof::sim::as_is
