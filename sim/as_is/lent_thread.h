#pragma once
// The thread-local storage of a thread of the system, without the thread: it was started by
// pthread_create, and then its kernel thread ended without anybody being told. What is left is a
// stack, a descriptor and storage in which a fiber runs as if it were that thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/task_host.h>

namespace poolproof::sim::as_is {

/// Made once and never given back: the C library believes that the thread lives.
class LentThread {
 public:
  /// Errors: std::bad_alloc where the system has no more memory for threads. On any stack, with
  /// the storage of any thread of the system.
  explicit LentThread(std::size_t stack_size);
  LentThread(LentThread&&) noexcept = default;

  [[nodiscard]] const TaskHome& home() const noexcept { return home_; }
  /// Its stack has at least so many bytes from now on. Errors: std::bad_alloc.
  void have_stack(std::size_t bytes);
  /// Thread-local variables are what they were when the thread was started.
  void restore() noexcept;
  /// Libraries may have been loaded since.
  void find_storage();
  /// It is of the calling process from now on: functions that name a thread to the kernel would
  /// else be told that it is dead, or name another process.
  void process_begins() noexcept;

 private:
  struct Storage {
    char* at;
    const char* begin;  // what it begins with
    std::size_t begin_size;
    std::size_t size;
  };
  static void* become_lent(void* self);
  void find_numbers();

  TaskHome home_;
  std::vector<Storage> storage_;
  std::vector<int*> numbers_;  // where its descriptor has what the kernel calls it
  volatile int is_alive_ = 1;  // the kernel's thread
};

/// The storage of the thread that runs the engine: what must be done as itself, even when a task
/// is running.
class AsEngineThread {
 public:
  AsEngineThread() noexcept;
  ~AsEngineThread();
  AsEngineThread(const AsEngineThread&) = delete;
  AsEngineThread& operator=(const AsEngineThread&) = delete;

  /// The calling thread runs the engine from now on.
  static void is_this() noexcept;

 private:
  std::uintptr_t before_;
};

}  // namespace poolproof::sim::as_is
