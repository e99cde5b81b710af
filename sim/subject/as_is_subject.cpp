#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/task_host.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {
namespace {

/// The system's clock, whose answers are the engine's, with the harness's epoch: what a pool hands
/// on to its client, a deadline above all, is compared with the engine's time.
class AsIsClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override {
    static_cast<void>(system_.now());  // To look is seen, and to look all the time lets time pass.
    return Engine::current().read_clock();
  }
  [[nodiscard]] Instant coarse_now() const noexcept override { return now(); }
  void sleep_until(Instant instant) override { system_.sleep_until(to_system(instant)); }
  std::cv_status wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                            Instant deadline) override {
    return system_.wait_until(condition, lock, to_system(deadline));
  }

 private:
  Instant to_system(Instant instant) const noexcept {
    if (instant == Instant::max()) return instant;
    return deadline_after(system_.now(), instant - Engine::current().read_clock());
  }

  SteadyClock system_;
};

}  // namespace

SubjectEntry as_is_subject(SubjectEntry entry) {
  if (task_host() == nullptr) return entry;
  entry.is_as_is = true;
  entry.simulated = [real = entry.real](const Environment<SimPlatform>& environment) {
    static AsIsClock clock;
    return real({.config = environment.config,
                 .factory = environment.factory,
                 .clock = clock,
                 .observer = environment.observer,
                 .maintenance = environment.maintenance,
                 .lease_keys = environment.lease_keys});
  };
  return entry;
}

}  // namespace poolproof::sim
