#pragma once
// One line that says how far a check has come, rewritten while it runs.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <thread>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

struct Progress {
  std::string scenario;
  std::size_t number = 1;  ///< of the scenario, counted from 1
  std::size_t of = 1;
  std::uint64_t schedules = 0;
  std::uint64_t shrinking = 0;      ///< executions spent on shrinking what was found
  std::uint64_t interleavings = 0;  ///< different ones, in the scenarios that are done
  Duration elapsed{};
  std::optional<Duration> left;
  std::optional<double> share_done = {};  ///< of an exhaustive search, as estimated
};

/// "[12/54] hand-off: 1,234 schedules, 120,000/s, 1,100 interleavings, 12s left", at most 99 wide.
std::string progress_text(const Progress& progress);

/// Rewrites the line ten times a second, on a thread of its own. Does nothing where `out` is null.
class ProgressLine {
 public:
  /// `ask` is called on that thread.
  ProgressLine(std::ostream* out, std::function<Progress()> ask);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void redraw(const std::stop_token& stop);

  std::ostream* out_;
  std::function<Progress()> ask_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace poolproof::sim
