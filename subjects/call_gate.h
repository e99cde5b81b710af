#pragma once
// For tests: stops one call of a mock database half-way, so that a race has one outcome, and
// counts what overlaps.

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include <poolproof/mocks/client_call.h>

namespace poolproof::subjects {

/// Holds the call named at construction until open(). Any thread.
class CallGate final : public mocks::CallListener {
 public:
  CallGate(mocks::ClientCall call, mocks::SessionNumber session)
      : call_(call), session_(session) {}

  void on_begin(mocks::ClientCall call, mocks::SessionNumber session, Instant) override {
    std::unique_lock lock(mutex_);
    most_at_once_ = std::max(most_at_once_, ++under_way_[session]);
    if (call != call_ || session != session_) return;
    is_reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_open_; });
  }
  void on_end(mocks::ClientCall, mocks::SessionNumber session, mocks::CallOutcome) override {
    const std::lock_guard guard(mutex_);
    --under_way_[session];
  }

  /// Blocks until the call has come.
  void wait_until_reached() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_reached_; });
  }
  void open() {
    const std::lock_guard guard(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  /// How many calls of one session were under way at the same time, at most. More than 1 breaks
  /// DbClient's rule.
  [[nodiscard]] int most_at_once() const {
    const std::lock_guard guard(mutex_);
    return most_at_once_;
  }

 private:
  const mocks::ClientCall call_;
  const mocks::SessionNumber session_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  bool is_reached_ = false;
  bool is_open_ = false;
  std::map<mocks::SessionNumber, int> under_way_;
  int most_at_once_ = 0;
};

}  // namespace poolproof::subjects
