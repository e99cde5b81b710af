#include <poolproof/sim/engine/race_reports.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

#include <poolproof/sim/engine/watch.h>

extern "C" void __sanitizer_set_report_fd(void* descriptor);

namespace {

constinit thread_local std::uint64_t reports = 0;
constinit std::uint64_t all_reports =
    0;  // touched by atomic built-ins, which not even -O0 makes calls to watched code

}  // namespace

namespace poolproof::sim {

__attribute__((no_sanitize("thread"))) std::uint64_t races_reported() noexcept {
  return reports;
}

__attribute__((no_sanitize("thread"))) std::uint64_t races_reported_anywhere() noexcept {
  return __atomic_load_n(&all_reports, __ATOMIC_RELAXED);
}

QuietRaceReports::QuietRaceReports() noexcept {
  if constexpr (under_tsan) {
    nowhere_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    // The runtime takes a file descriptor for a pointer.
    if (nowhere_ >= 0)
      __sanitizer_set_report_fd(reinterpret_cast<void*>(static_cast<std::intptr_t>(nowhere_)));
  }
}

QuietRaceReports::~QuietRaceReports() {
  if constexpr (under_tsan) {
    if (nowhere_ < 0) return;
    __sanitizer_set_report_fd(reinterpret_cast<void*>(std::intptr_t{STDERR_FILENO}));
    ::close(nowhere_);
  }
}

}  // namespace poolproof::sim

#ifdef POOLPROOF_UNDER_TSAN

// Found by the runtime by their names.
extern "C" {

// Not watched: the runtime holds its locks here, and a race found in this function would wait for
// them for ever.
__attribute__((no_sanitize("thread"))) void __tsan_on_report(void*) {
  ++reports;
  __atomic_fetch_add(&all_reports, 1, __ATOMIC_RELAXED);
}

// Every execution that has a race says so, however often its like was seen.
const char* __tsan_default_options() {
  return "suppress_equal_stacks=0:suppress_equal_addresses=0:report_bugs=1";
}

}  // extern "C"

// The runtime's hook: races do not change the exit code, which is ours. Not by the option
// exitcode=0, with which a program that dies would end as if all had been well.
namespace __tsan {

__attribute__((no_sanitize("thread"))) bool OnFinalize(bool) {
  return false;
}

}  // namespace __tsan

#endif
