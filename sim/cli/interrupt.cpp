#include <poolproof/sim/cli/interrupt.h>

#include <atomic>

#include <poolproof/sim/cli/watchdog.h>

namespace poolproof::sim {
namespace {

// Signal handlers may touch atomics without a lock.
static_assert(std::atomic<SearchProgress*>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);
constinit std::atomic<SearchProgress*> watched{nullptr};
constinit std::atomic<bool> came{false};

void on_interrupt(int) {
  if (Watchdog::has_barked()) Watchdog::give_up();  // Nobody would come to look at `came`.
  came = true;
  if (SearchProgress* search = watched.load()) search->is_stopped = true;
}

}  // namespace

Interrupt::Interrupt() {
  came = false;
  watched = nullptr;
  struct sigaction action {};
  action.sa_handler = &on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  ::sigaction(SIGINT, &action, &before_interrupt_);
  ::sigaction(SIGTERM, &action, &before_terminate_);
}

Interrupt::~Interrupt() {
  ::sigaction(SIGINT, &before_interrupt_, nullptr);
  ::sigaction(SIGTERM, &before_terminate_, nullptr);
  watched = nullptr;
}

void Interrupt::watch(SearchProgress& search) noexcept {
  watched = &search;
  if (came) search.is_stopped = true;
}

bool Interrupt::has_come() noexcept {
  return came;
}

}  // namespace poolproof::sim
