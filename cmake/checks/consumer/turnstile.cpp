// A pool that is nobody's pride but loses nothing, judged in the simulator.
#include <expected>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <poolproof/sim/cli/run.h>

namespace {

using poolproof::Duration;
using poolproof::sim::Outcome;
using poolproof::sim::SimPlatform;

class Turnstile {
 public:
  using Lease = std::unique_ptr<poolproof::DbClient>;

  explicit Turnstile(const poolproof::sim::Environment<SimPlatform>& environment)
      : factory_(environment.factory),
        clock_(environment.clock),
        free_slots_(environment.config.max_size) {}

  static poolproof::sim::Capabilities capabilities() {
    return {.order = {.kind = poolproof::sim::Order::Kind::none},
            .idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .resets_on_return = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why = "a turnstile lets people in, and that is all"};
  }

  std::expected<Lease, Outcome> acquire(Duration timeout) {
    const auto deadline = poolproof::deadline_after(clock_.now(), timeout);
    std::unique_lock lock(mutex_);
    while (idle_.empty() && free_slots_ == 0) {
      if (clock_.now() >= deadline) return std::unexpected(Outcome::timed_out);
      SimPlatform::wait_until(returned_, lock, clock_, deadline);
    }
    if (idle_.empty()) return connect(lock, deadline);
    Lease lease = std::move(idle_.back());
    idle_.pop_back();
    return lease;
  }

  void release(Lease& lease) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(lease));
    returned_.notify_one();
  }

  static poolproof::DbClient* client(Lease& lease) { return lease.get(); }

 private:
  std::expected<Lease, Outcome> connect(std::unique_lock<SimPlatform::mutex>& lock,
                                        poolproof::Instant deadline) {
    --free_slots_;
    lock.unlock();
    auto lease = factory_.connect(deadline);
    if (lease) return std::move(*lease);
    lock.lock();
    ++free_slots_;
    returned_.notify_one();
    return std::unexpected(Outcome::connect_failed);
  }

  poolproof::DbClientFactory& factory_;
  SimPlatform::clock& clock_;
  SimPlatform::mutex mutex_;
  SimPlatform::condition_variable returned_;
  // Guarded by mutex_.
  std::size_t free_slots_;
  std::vector<Lease> idle_;
};

}  // namespace

int main(int count, char** words) {
  return poolproof::sim::run<Turnstile>("turnstile", count, words);
}
