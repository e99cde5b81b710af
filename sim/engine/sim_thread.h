#pragma once
// thread, jthread, stop_token and this_thread for code that runs inside an Engine.

#include <compare>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <poolproof/sim/engine/sim_atomic.h>
#include <poolproof/sim/engine/sim_sync.h>

namespace poolproof::sim {

class SimThread {
 public:
  class id {
   public:
    id() = default;
    explicit id(TaskId task) noexcept : task_(task) {}
    friend auto operator<=>(const id&, const id&) = default;

   private:
    TaskId task_ = no_task;
  };

  SimThread() noexcept = default;
  template <class Callable, class... Arguments>
  requires(!std::is_same_v<std::remove_cvref_t<Callable>, SimThread>) explicit SimThread(
      Callable&& callable, Arguments&&... arguments)
      : task_(Engine::current().spawn(
            [callable = std::decay_t<Callable>(std::forward<Callable>(callable)),
             ... arguments =
                 std::decay_t<Arguments>(std::forward<Arguments>(arguments))]() mutable {
              std::invoke(std::move(callable), std::move(arguments)...);
            })) {}
  SimThread(SimThread&& other) noexcept : task_(std::exchange(other.task_, no_task)) {}
  SimThread& operator=(SimThread&& other) noexcept {
    if (joinable()) forbid();
    task_ = std::exchange(other.task_, no_task);
    return *this;
  }
  ~SimThread() {
    if (joinable()) forbid();
  }

  [[nodiscard]] bool joinable() const noexcept { return task_ != no_task; }
  void join() { Engine::current().join(std::exchange(task_, no_task)); }
  void detach() noexcept { task_ = no_task; }
  [[nodiscard]] id get_id() const noexcept { return id(task_); }
  void swap(SimThread& other) noexcept { std::swap(task_, other.task_); }

 private:
  // As std::thread: a joinable thread must not be destroyed. In an execution that is being unwound
  // it may.
  static void forbid() noexcept {
    const Engine* engine = Engine::current_or_null();
    if (engine == nullptr || !engine->is_aborting()) std::terminate();
  }

  TaskId task_ = no_task;
};

/// A callback in the list of its stop state.
struct SimStopEntry {
  void (*run)(SimStopEntry&) = nullptr;
  SimStopEntry* next = nullptr;
  bool* is_gone = nullptr;  ///< while it runs: where to note that it destroyed itself
};

/// What stop sources, tokens and callbacks share. The callbacks run in the task that requests the
/// stop, one after the other, with no lock held. A callback allocates nothing, as the standard's.
class SimStopState {
 public:
  [[nodiscard]] bool is_requested() const noexcept { return is_requested_.load(); }

  bool request() {
    std::unique_lock lock(mutex_);
    if (is_requested_.exchange(true)) return false;
    requester_ = Engine::current().running();
    while (first_ != nullptr) {
      SimStopEntry& entry = *std::exchange(first_, first_->next);
      bool is_gone = false;
      entry.is_gone = &is_gone;
      running_ = &entry;
      lock.unlock();
      entry.run(entry);
      lock.lock();
      running_ = nullptr;
      if (!is_gone) entry.is_gone = nullptr;
      ended_.notify_all();
    }
    return true;
  }

  /// False when the stop was requested already: the caller runs the callback itself.
  bool add(SimStopEntry& entry) {
    const std::unique_lock lock(mutex_);
    if (is_requested_.load()) return false;
    entry.next = std::exchange(first_, &entry);
    return true;
  }

  /// Waits for the end of a callback that another task is running.
  void remove(SimStopEntry& entry) {
    std::unique_lock lock(mutex_);
    if (running_ == &entry && requester_ == Engine::current().running()) {
      *entry.is_gone = true;
      return;
    }
    while (running_ == &entry && !Engine::current().is_aborting())
      ended_.wait(lock);
    for (SimStopEntry** link = &first_; *link != nullptr; link = &(*link)->next) {
      if (*link != &entry) continue;
      *link = entry.next;
      return;
    }
  }

 private:
  SimAtomic<bool> is_requested_{false};
  SimMutex mutex_;
  SimConditionVariable ended_;  // notified when running_ becomes null
  SimStopEntry* first_ = nullptr;
  SimStopEntry* running_ = nullptr;
  TaskId requester_ = no_task;
};

class SimStopToken {
 public:
  SimStopToken() noexcept = default;
  explicit SimStopToken(std::shared_ptr<SimStopState> state) noexcept : state_(std::move(state)) {}
  [[nodiscard]] bool stop_requested() const noexcept { return state_ && state_->is_requested(); }
  [[nodiscard]] bool stop_possible() const noexcept { return state_ != nullptr; }

 private:
  template <class Callback>
  friend class SimStopCallback;
  std::shared_ptr<SimStopState> state_;
};

class SimStopSource {
 public:
  SimStopSource() : state_(std::make_shared<SimStopState>()) {}
  [[nodiscard]] SimStopToken get_token() const noexcept { return SimStopToken(state_); }
  [[nodiscard]] bool stop_requested() const noexcept { return state_->is_requested(); }
  [[nodiscard]] bool stop_possible() const noexcept { return state_ != nullptr; }
  /// Returns whether this call made the request.
  bool request_stop() { return state_->request(); }

 private:
  std::shared_ptr<SimStopState> state_;
};

/// As the standard's: runs in the task that requests the stop, or at once where that has been
/// requested; its destruction waits for a run that is under way in another task.
template <class Callback>
class SimStopCallback : private SimStopEntry {
 public:
  using callback_type = Callback;

  template <class C>
  SimStopCallback(SimStopToken token, C&& callback)
      : state_(std::move(token.state_)), callback_(std::forward<C>(callback)) {
    run = [](SimStopEntry& entry) { static_cast<SimStopCallback&>(entry).callback_(); };
    if (state_ && !state_->add(*this)) std::exchange(state_, nullptr), callback_();
  }
  SimStopCallback(const SimStopCallback&) = delete;
  SimStopCallback& operator=(const SimStopCallback&) = delete;
  ~SimStopCallback() {
    if (state_) state_->remove(*this);
  }

 private:
  std::shared_ptr<SimStopState> state_;
  Callback callback_;
};
template <class Callback>
SimStopCallback(SimStopToken, Callback) -> SimStopCallback<Callback>;

class SimJThread {
 public:
  using id = SimThread::id;

  SimJThread() noexcept = default;
  template <class Callable, class... Arguments>
  requires(!std::is_same_v<std::remove_cvref_t<Callable>, SimJThread>) explicit SimJThread(
      Callable&& callable, Arguments&&... arguments)
      : thread_(start(source_, std::forward<Callable>(callable),
                      std::forward<Arguments>(arguments)...)) {}
  SimJThread(SimJThread&&) noexcept = default;
  SimJThread& operator=(SimJThread&& other) noexcept {
    stop_and_join();
    source_ = std::move(other.source_);
    thread_ = std::move(other.thread_);
    return *this;
  }
  ~SimJThread() { stop_and_join(); }

  [[nodiscard]] bool joinable() const noexcept { return thread_.joinable(); }
  void join() { thread_.join(); }
  void detach() noexcept { thread_.detach(); }
  [[nodiscard]] id get_id() const noexcept { return thread_.get_id(); }
  [[nodiscard]] SimStopToken get_stop_token() const noexcept { return source_.get_token(); }
  bool request_stop() { return source_.request_stop(); }

 private:
  template <class Callable, class... Arguments>
  static SimThread start(const SimStopSource& source, Callable&& callable,
                         Arguments&&... arguments) {
    if constexpr (std::is_invocable_v<std::decay_t<Callable>, SimStopToken,
                                      std::decay_t<Arguments>...>) {
      return SimThread(std::forward<Callable>(callable), source.get_token(),
                       std::forward<Arguments>(arguments)...);
    } else {
      return SimThread(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
    }
  }

  void stop_and_join() {
    if (!thread_.joinable()) return;
    source_.request_stop();
    thread_.join();
  }

  SimStopSource source_;
  SimThread thread_;
};

namespace this_task {

inline SimThread::id get_id() {
  return SimThread::id(Engine::current().running());
}
inline void yield() {
  Engine::current().yield();
}
inline void sleep_until(Instant instant) {
  Engine::current().sleep_until(instant);
}
template <class Rep, class Period>
void sleep_for(std::chrono::duration<Rep, Period> duration) {
  sleep_until(deadline_after(Engine::current().read_clock(), duration));
}

}  // namespace this_task

}  // namespace poolproof::sim
