#pragma once
// Between a client and its server: counts how often they wait for each other.

#include <atomic>
#include <string>
#include <thread>

namespace poolproof::postgres {

/// One connection, to the server's socket in `folder`. Works while it lives.
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
  int listening_ = -1;
  int ending_[2] = {-1, -1};
  std::atomic<int> round_trips_ = 0;
  std::thread thread_;
};

}  // namespace poolproof::postgres
