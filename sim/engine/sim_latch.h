#pragma once
// latch, barrier and call_once, with the standard's names and meanings, for code that runs inside
// an Engine.

#include <cstddef>
#include <functional>
#include <utility>

#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim {

class SimLatch {
 public:
  explicit SimLatch(std::ptrdiff_t expected) noexcept : left_(expected) {}
  SimLatch(const SimLatch&) = delete;
  SimLatch& operator=(const SimLatch&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return PTRDIFF_MAX; }

  /// Counting below zero, which the standard leaves undefined, ends the execution.
  void count_down(std::ptrdiff_t by = 1);
  [[nodiscard]] bool try_wait() const noexcept;
  void wait() const;
  void arrive_and_wait(std::ptrdiff_t by = 1) {
    count_down(by);
    wait();
  }

 private:
  mutable WaitState state_;
  std::ptrdiff_t left_;
};

/// What barriers do whatever their completion is.
class BarrierPhases {
 public:
  explicit BarrierPhases(std::ptrdiff_t expected) noexcept
      : expected_(expected), left_(expected) {}

  using Phase = std::uint64_t;
  /// Whether this was the last to arrive, who then completes the phase.
  bool arrive(std::ptrdiff_t by, std::ptrdiff_t drops);
  void complete() noexcept;
  void wait(Phase phase) const;
  [[nodiscard]] Phase phase() const noexcept { return phase_; }

 private:
  mutable WaitState state_;
  std::ptrdiff_t expected_;
  std::ptrdiff_t left_;
  Phase phase_ = 0;
};

struct NoCompletion {
  void operator()() const noexcept {}
};

template <class Completion = NoCompletion>
class SimBarrier {
 public:
  class arrival_token {
   public:
    arrival_token(arrival_token&&) noexcept = default;
    arrival_token& operator=(arrival_token&&) noexcept = default;

   private:
    friend class SimBarrier;
    explicit arrival_token(BarrierPhases::Phase phase) noexcept : phase_(phase) {}
    BarrierPhases::Phase phase_;
  };

  explicit SimBarrier(std::ptrdiff_t expected, Completion completion = Completion())
      : phases_(expected), completion_(std::move(completion)) {}
  SimBarrier(const SimBarrier&) = delete;
  SimBarrier& operator=(const SimBarrier&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return PTRDIFF_MAX; }

  [[nodiscard]] arrival_token arrive(std::ptrdiff_t by = 1) { return arrival_token(pass(by, 0)); }
  void wait(arrival_token&& token) const { phases_.wait(token.phase_); }
  void arrive_and_wait() { phases_.wait(pass(1, 0)); }
  void arrive_and_drop() { pass(1, 1); }

 private:
  // The phase arrived at.
  BarrierPhases::Phase pass(std::ptrdiff_t by, std::ptrdiff_t drops) {
    const bool is_last = phases_.arrive(by, drops);
    const BarrierPhases::Phase phase = phases_.phase();
    if (is_last) {
      completion_();
      phases_.complete();
    }
    return phase;
  }

  BarrierPhases phases_;
  Completion completion_;
};

class SimOnceFlag {
 public:
  SimOnceFlag() noexcept = default;
  SimOnceFlag(const SimOnceFlag&) = delete;
  SimOnceFlag& operator=(const SimOnceFlag&) = delete;

  /// Whether the caller is the one that does it; else it has been done.
  bool begin();
  void end(bool is_done) noexcept;

 private:
  enum class State : unsigned char { untouched, under_way, done };
  WaitState state_;
  State is_ = State::untouched;
};

/// As std::call_once: an exception leaves it to another caller.
template <class Callable, class... Arguments>
void sim_call_once(SimOnceFlag& flag, Callable&& callable, Arguments&&... arguments) {
  if (!flag.begin()) return;
  struct Turn {
    SimOnceFlag& flag;
    bool is_done = false;
    ~Turn() { flag.end(is_done); }
  } turn{flag};
  std::invoke(std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
  turn.is_done = true;
}

}  // namespace poolproof::sim
