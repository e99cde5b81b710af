#pragma once
// Writes the history of a run on real threads, in the order in which the recorder's lock was
// taken.

#include <map>
#include <mutex>
#include <vector>

#include <poolproof/core/rng.h>
#include <poolproof/sim/scenario/recorder.h>

namespace poolproof::sim {

/// The machine's monotonic clock, counted from the clock's construction.
class RunClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return from_steady(steady_.now()); }
  void sleep_until(Instant instant) override { steady_.sleep_until(to_steady(instant)); }
  std::cv_status wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                            Instant deadline) override {
    return steady_.wait_until(condition, lock, to_steady(deadline));
  }

 private:
  [[nodiscard]] Instant from_steady(Instant instant) const noexcept {
    return Instant(instant - began_);
  }
  [[nodiscard]] Instant to_steady(Instant instant) const noexcept {
    return deadline_after(began_, instant.time_since_epoch());
  }

  SteadyClock steady_;
  const Instant began_ = steady_.now();
};

/// Any thread.
class RealRecorder final : public Recorder {
 public:
  /// Delays at the client's calls are drawn from `seed`. `first_task` is the number of tasks that
  /// the scenario names: threads of the pool's own are numbered from there.
  RealRecorder(History& history, ThreadClock& clock, std::uint64_t seed,
               std::uint32_t named_tasks);

  void is_client(ClientName name) override;
  [[nodiscard]] TaskId self() const override {
    const std::lock_guard guard(mutex_);
    return self_locked();
  }
  /// The calling thread is the main task.
  void is_main();
  /// The task of each client, in the order of the scenario.
  void expect(ClientName name, TaskId task) { tasks_.emplace_back(name, task); }

  /// How many events there are: whether anything has happened lately.
  [[nodiscard]] std::size_t events() const;
  /// Whether some task is inside an operation of the pool.
  [[nodiscard]] bool is_anyone_inside() const;
  /// Nothing happens any more: whoever is inside an acquire or drain, and in no client's call, is
  /// asleep.
  void note_stall(bool is_deadlock);
  void finish(Outcome outcome);

 protected:
  void append(Event event) override;
  std::uint32_t keep(const Snapshot& snapshot) override;
  std::uint32_t keep(const Refusal& refusal) override;
  void enter(Operation operation) override;
  [[nodiscard]] Operation operation() const override;
  [[nodiscard]] Instant now() const override { return clock_.now(); }
  void pause() override;

 private:
  TaskId self_locked() const;

  ThreadClock& clock_;
  const std::uint64_t seed_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  History& history_;
  std::vector<std::pair<ClientName, TaskId>> tasks_;
  mutable std::uint32_t next_task_;
  std::map<TaskId, Operation> operations_;
  std::map<TaskId, std::uint32_t> client_calls_;
  bool is_finished_ = false;
};

}  // namespace poolproof::sim
