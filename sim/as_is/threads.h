#pragma once
// The threads of an execution of code as it is: what pthread_create promises of them beyond what a
// task is.

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/as_is/lent_thread.h>
#include <poolproof/sim/as_is/open_descriptors.h>
#include <poolproof/sim/as_is/snapshot.h>
#include <poolproof/sim/as_is/watchdog.h>
#include <poolproof/sim/engine/task_host.h>

namespace poolproof::sim::as_is {

/// To be called when a thread, or the program, ends.
struct Farewell {
  void (*function)(void*) = nullptr;
  void* argument = nullptr;
  void (*with_code)(int, void*) = nullptr;  // instead, where the program's exit code is wanted
};

/// What pthread_atfork was told; each may be nullptr.
struct ForkHandlers {
  void (*prepare)() = nullptr;
  void (*parent)() = nullptr;
  void (*child)() = nullptr;
};

/// As many keys as the C library has.
constexpr std::size_t keys_max = 1024;

/// What pthread_cleanup_push puts on the stack of C code: the place where its handler is called.
struct CleanupBuffer {
  sigjmp_buf* place() noexcept { return reinterpret_cast<sigjmp_buf*>(this); }
  long registers[8];
  int has_mask;
  CleanupBuffer* before;  // here on what is for the C library to fill
  void* others[3];
};

struct Thread {
  std::vector<Farewell> farewells;  // thread-local objects, in order of construction
  std::bitset<keys_max> has_value;  // by key
  void* result = nullptr;
  bool is_detached = false;
  bool is_joined = false;
  bool has_ended = false;
  bool is_cancelled = false;  // somebody has asked
  bool ignores_cancel = false;
  void** way_out = nullptr;   // of pthread_exit: where the thread's function was called
  std::uintptr_t bottom = 0;  // of that frame
  sigset_t signal_mask{};
  sigset_t pending{};                // sent to it alone, and kept back by its mask
  CleanupBuffer* cleanup = nullptr;  // the newest of C code that a cancel has to clean up behind
};

/// The host of the engine that runs code as it is, one for the process.
class Threads final : public TaskHost {
 public:
  static Threads& instance() noexcept;

  void harness_begins() noexcept override;
  void harness_ends() noexcept override;
  void signals_changed() noexcept override { forget_handlers(); }
  void process_begins() noexcept override;
  [[nodiscard]] std::string library() const override;
  void begin() override;
  void end() noexcept override;
  TaskHome home(TaskId task) override;
  void enter(TaskId task) noexcept override;
  void leave(TaskId task) override;

  /// Of the running task.
  Thread& running() noexcept;
  Thread& of(TaskId task) noexcept { return threads_[static_cast<std::size_t>(task)]; }
  /// The task that is `thread`; nothing when there is none of that name.
  std::optional<TaskId> find(pthread_t thread) const noexcept;
  pthread_t handle(TaskId task) const noexcept;
  /// When the program's main function has returned, newest first.
  std::vector<Farewell>& at_exit() noexcept { return at_exit_; }
  std::vector<Farewell>& at_quick_exit() noexcept { return at_quick_exit_; }
  void note_fork(ForkHandlers handlers);
  void call_before_fork();
  void call_after_fork(bool is_child);
  /// The stack of the task that is spawned next has at least so many bytes.
  void ask_for_stack(std::size_t bytes) noexcept { stack_asked_ = bytes; }
  [[nodiscard]] TaskHome home_of(TaskId task) const noexcept;
  /// To the kernel all tasks are one thread: it keeps back a signal that no task lets through.
  void block_signals() noexcept;
  /// What is to be called for a thread's value under `key` when the thread ends; nullptr: nothing.
  void note_key(pthread_key_t key, void (*destroy)(void*), bool is_of_execution);
  void forget_key(pthread_key_t key) noexcept;
  /// The running task has a value under `key`.
  void note_value(pthread_key_t key) noexcept;
  /// What a thread does when it ends: thread-local objects, then the values under keys.
  void bid_farewell();
  /// Of the main one that ends before the program.
  void wait_for_others();

  /// Numbers by chance: drawn by the strategy once in an execution, then from there.
  std::uint64_t random();
  /// Whoever looks at the clock all the time waits for time to pass. Counts one look.
  void look_at_clock();

  [[nodiscard]] bool is_child() const noexcept { return is_child_; }
  /// Of the threads there is the running one only.
  void become_child() noexcept;

 private:
  Threads() = default;
  void prepare();

  std::vector<LentThread> lent_;
  std::array<Thread, tasks_max> threads_;
  std::array<void (*)(void*), keys_max> destroys_{};  // by key
  std::vector<pthread_key_t> keys_made_;              // by this execution
  std::vector<Farewell> at_exit_;
  std::vector<Farewell> at_quick_exit_;
  std::vector<ForkHandlers> fork_handlers_;
  OpenDescriptors descriptors_;
  std::size_t stack_asked_ = 0;
  sigset_t first_mask_{};    // as the first execution finds it
  sigset_t blocked_mask_{};  // what the kernel has been told
  std::optional<Snapshot> snapshot_;
  std::vector<char*> environment_;  // as the first execution finds it
  char** environment_begin_ = nullptr;
  std::uint32_t used_ = 0;
  std::uint64_t random_ = 0;
  bool has_random_ = false;
  bool is_child_ = false;
  std::uint64_t looked_at_step_ = 0;
  std::uint32_t looks_ = 0;
};

}  // namespace poolproof::sim::as_is
