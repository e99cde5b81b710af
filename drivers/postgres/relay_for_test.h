#pragma once
// Between a client and its server: counts how often the client waits.

#include <sys/types.h>

#include <atomic>
#include <string>
#include <thread>

namespace poolproof::postgres {

/// One connection, of the thread that makes it, to the server's socket in `folder`. What the
/// server answers is passed on once that thread sleeps: while it still sends, it does not wait.
class Relay {
 public:
  explicit Relay(const std::string& folder);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::string address() const;
  /// How often the server has answered to something so far.
  [[nodiscard]] int round_trips() const noexcept { return round_trips_; }

 private:
  void run() noexcept;

  std::string folder_;
  const std::string server_;
  const pid_t client_;  // the thread
  int listening_ = -1;
  int ending_[2] = {-1, -1};
  std::atomic<int> round_trips_ = 0;
  std::thread thread_;
};

}  // namespace poolproof::postgres
