#pragma once
// Ctrl-C and `kill`: the search under way is asked to end; a second time ends the program.

#include <signal.h>

#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// While one lives, the first SIGINT or SIGTERM stops the searches that are watched. One at a time
/// in the process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Stops `search` when the signal comes, or at once when it has come. It must outlive this, or
  /// the next call of watch.
  void watch(SearchProgress& search) noexcept;

  [[nodiscard]] static bool has_come() noexcept;

 private:
  struct sigaction before_interrupt_ {};
  struct sigaction before_terminate_ {};
};

}  // namespace poolproof::sim
