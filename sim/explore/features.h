#pragma once
// What an execution was like, as a set of small facts: which event followed which, which operation
// ran beside which, who read what another had written, what put a law to the test.

#include <array>
#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/step_listener.h>
#include <poolproof/sim/judge/premises.h>

namespace poolproof::sim {

/// A fact, hashed: two that differ may be taken for one, seldom.
using Feature = std::uint16_t;

/// All features that were ever seen.
class FeatureSet {
 public:
  /// Whether it is new.
  bool add(Feature feature) noexcept {
    std::uint64_t& word = words_[feature >> 6U];
    const std::uint64_t bit = std::uint64_t{1} << (feature & 63U);
    if ((word & bit) != 0) return false;
    word |= bit;
    ++count_;
    return true;
  }
  [[nodiscard]] bool has(Feature feature) const noexcept {
    return (words_[feature >> 6U] >> (feature & 63U) & 1U) != 0;
  }
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

 private:
  std::array<std::uint64_t, 1024> words_{};
  std::uint32_t count_ = 0;
};

/// Collects the features of one execution after the other. Listens to its steps for the pairs of
/// those who wrote something and those who read it next.
/// Source: Wolff, Shi, Duck, Mathur, Roychoudhury, "Greybox fuzzing for concurrency testing",
/// ASPLOS 2024 (reads-from pairs as feedback).
class FeatureReader final : public StepListener {
 public:
  void begin();
  void on_step(Actor actor, TaskId task, Intent intent) override;
  void on_step_done(StepNotes, std::uint32_t) override {}
  void on_woken(TaskId) override {}
  void on_deadlock(const Intent*, const TaskSet&) override {}

  /// Of the execution since begin(), each once, in rising order.
  const std::vector<Feature>& read(const History& history, const HistoryIndex& index);

 private:
  struct LastStep {
    TaskId task = no_task;
    IntentKind kind{};
  };
  static constexpr std::size_t objects_max = 64;

  void add(std::uint64_t fact) noexcept;
  void read_events(const History& history);
  void read_beside(const HistoryIndex& index);

  std::array<LastStep, objects_max> last_{};
  std::vector<Feature> features_;
  std::vector<std::uint64_t> before_;  // the last event, by task and by session
};

}  // namespace poolproof::sim
