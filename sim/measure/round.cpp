#include <poolproof/sim/measure/round.h>

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

namespace poolproof::sim {
namespace {

double seconds_of(const timeval& time) noexcept {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

Usage usage_so_far() noexcept {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {.processor_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
          .switches = static_cast<std::uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw)};
}

void become_punctual() noexcept {
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

void become_multi_threaded() {
  std::jthread([] {}).join();
}

namespace measure {

void hold_for(Duration hold, Clock& clock) {
  const Instant end = deadline_after(clock.now(), hold);
  if (hold > RoundPlan::busy_hold_max) {
    clock.sleep_until(end);
    return;
  }
  while (clock.now() < end) {
  }
}

RoundResult summary(const std::vector<std::unique_ptr<Caller>>& callers) {
  RoundResult result;
  const auto by_cycles = [](const auto& a, const auto& b) { return a->cycles < b->cycles; };
  const auto [least, most] = std::ranges::minmax_element(callers, by_cycles);
  result.least = (*least)->cycles;
  result.most = (*most)->cycles;
  for (const auto& caller : callers) {
    result.cycles += caller->cycles;
    result.waits.merge(caller->waits);
  }
  return result;
}

}  // namespace measure
}  // namespace poolproof::sim
