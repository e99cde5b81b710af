#pragma once
// Data races, as ThreadSanitizer's runtime reports them to us.

#include <cstdint>

namespace poolproof::sim {

/// How many races have been reported on the calling OS thread. Always 0 in a build without
/// ThreadSanitizer.
std::uint64_t races_reported() noexcept;
/// The same for all OS threads together.
std::uint64_t races_reported_anywhere() noexcept;

/// While one lives, races are counted but ThreadSanitizer prints nothing, in the whole process.
/// Without ThreadSanitizer it does nothing.
class QuietRaceReports {
 public:
  QuietRaceReports() noexcept;
  ~QuietRaceReports();
  QuietRaceReports(const QuietRaceReports&) = delete;
  QuietRaceReports& operator=(const QuietRaceReports&) = delete;

 private:
  int nowhere_ = -1;
};

}  // namespace poolproof::sim
