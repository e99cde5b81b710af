#pragma once
// Ends an execution in which a task spins, or blocks in the kernel, and so comes to no scheduling
// point; and one in which a task dies of a signal.

#include <string>
#include <vector>

#include <poolproof/core/clock.h>

namespace poolproof::sim::as_is {

/// Whether tasks run, on the calling thread. The first call installs the handlers.
void watch_tasks(bool is_on) noexcept;

/// The handlers are installed anew when tasks run next, in front of those that are there then.
void forget_handlers() noexcept;

/// After a fork, in the new process: it has no timer yet, and dies of signals without a report.
void watch_in_new_process() noexcept;

/// In a process that what is being tried has forked: signals do what they did before there were
/// handlers of this library.
void leave_signals_alone() noexcept;

/// How long a task may run without a scheduling point, of real time; default 2 s.
void set_patience(Duration patience) noexcept;

/// Of the execution that ended last by the watchdog or a signal: where its task was, innermost
/// first. Addresses of code.
const std::vector<void*>& last_stack() noexcept;

}  // namespace poolproof::sim::as_is
