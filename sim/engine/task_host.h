#pragma once
// Who lends an engine's tasks more than a stack: the thread-local storage of a real thread each,
// so that code which was not written for an engine runs in them (sim/as_is/). An engine without a
// host makes its tasks' stacks itself.

#include <cstddef>
#include <cstdint>
#include <string>

#include <poolproof/sim/engine/task_id.h>

namespace poolproof::sim {

/// Where a task lives.
struct TaskHome {
  char* stack_bottom = nullptr;
  std::size_t stack_size = 0;
  std::uintptr_t thread_pointer = 0;  ///< of the thread whose storage it has
};

/// One engine at a time. Executions under a host that end early are not unwound: the host undoes
/// what they did to memory, stacks included.
class TaskHost {
 public:
  virtual ~TaskHost() = default;
  /// What the program has done up to here belongs to the code that is to be tried; what it does
  /// outside of executions from now on, to the harness. To be called before an engine is built.
  virtual void harness_begins() noexcept = 0;
  /// Somebody has set handlers of signals: the host's own come before them again.
  virtual void signals_changed() noexcept = 0;
  /// The caller is a process of its own from now on, and runs executions as the one did that it
  /// was forked from, outside of them. What it dies of is not reported: whoever forked it does
  /// that.
  virtual void process_begins() noexcept = 0;
  /// All executions are over: the program ends as if there had been none.
  virtual void harness_ends() noexcept = 0;
  /// The file of the shared library that it is in.
  [[nodiscard]] virtual std::string library() const = 0;
  /// An execution is about to begin: everything is as it was before the first.
  virtual void begin() = 0;
  /// It has ended. On the engine's own thread, as begin().
  virtual void end() noexcept = 0;
  /// A home for `task`, for this execution. On whichever task's stack. Errors: std::bad_alloc.
  virtual TaskHome home(TaskId task) = 0;
  /// The running task begins, or its body has returned: what a thread does then.
  virtual void enter(TaskId task) noexcept = 0;
  virtual void leave(TaskId task) = 0;
};

/// The host of this process: nullptr where nobody lends one.
TaskHost* task_host() noexcept;
void lend_host(TaskHost* host) noexcept;

}  // namespace poolproof::sim
