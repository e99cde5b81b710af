#include <poolproof/sim/engine/race_reports.h>

#include <atomic>

#include <poolproof/sim/engine/watch.h>

namespace {

constinit thread_local std::uint64_t reports = 0;
constinit std::atomic<std::uint64_t> all_reports{0};

}  // namespace

namespace poolproof::sim {

[[gnu::no_sanitize("thread")]] std::uint64_t races_reported() noexcept {
  return reports;
}

std::uint64_t races_reported_anywhere() noexcept {
  return all_reports;
}

}  // namespace poolproof::sim

#ifdef POOLPROOF_UNDER_TSAN

// Found by the runtime by their names.
extern "C" {

// Not watched: the runtime holds its locks here, and a race found in this function would wait for
// them for ever.
[[gnu::no_sanitize("thread")]] void __tsan_on_report(void*) {
  ++reports;
  all_reports.fetch_add(1, std::memory_order_relaxed);
}

// Every execution that has a race says so, however often its like was seen; the exit code is ours.
const char* __tsan_default_options() {
  return "suppress_equal_stacks=0:suppress_equal_addresses=0:exitcode=0:report_bugs=1";
}

}  // extern "C"

#endif
