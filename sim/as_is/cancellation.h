#pragma once
// pthread_exit and pthread_cancel: a thread's stack is unwound from where it is to where its
// function was called. Cancellation is deferred: it happens where a thread waits.

#include <poolproof/sim/as_is/threads.h>

namespace poolproof::sim::as_is {

/// A place where a thread that somebody has cancelled ends, before or after it waits.
class CancellationPoint {
 public:
  CancellationPoint() { obey(); }
  ~CancellationPoint() noexcept(false) { obey(); }
  CancellationPoint(const CancellationPoint&) = delete;
  CancellationPoint& operator=(const CancellationPoint&) = delete;

 private:
  static void obey();
};

/// Runs a thread's function; returns what it returns or what it exits with.
void* run_thread(void* (*function)(void*), void* argument);
/// Ends the running thread with `result`.
[[noreturn]] void exit_thread(void* result);

}  // namespace poolproof::sim::as_is
