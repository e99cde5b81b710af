#pragma once
// A random walk that knows tasks by name and not by number, so that two programs that are the same
// but for the order of their clients, or for a client that does nothing, go the same way.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <poolproof/core/rng.h>
#include <poolproof/sim/engine/strategy.h>

namespace poolproof::property_tests {

/// What each task is called, by TaskId; tasks beyond go by their number.
using TaskNames = std::vector<std::uint32_t>;

/// Called so, a task goes on only when there is nothing else to do, and nobody takes notice of it.
constexpr std::uint32_t nobody = 1000;

/// The main task always goes first: when it spawns and joins is not the clients' business.
/// Everybody else, the timer and the sleepers have equal chances, in the order of their names.
class NamedWalk final : public sim::Strategy {
 public:
  NamedWalk(std::uint64_t seed, TaskNames names) : rng_(seed), names_(std::move(names)) {}

  void begin(std::uint64_t) override {}

  std::uint32_t choose(const sim::ChoicePoint& point) override {
    if (point.kind == sim::ChoiceKind::fault)
      return rng_.chance(point.numerator, point.denominator) ? 1 : 0;
    if (point.kind == sim::ChoiceKind::task) return choose_task(point);
    if (point.kind == sim::ChoiceKind::waiter) return pick(in_order(point.sleepers, 0));
    return rng_.below(point.options);
  }

 private:
  using Options = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // name, option

  std::uint32_t choose_task(const sim::ChoicePoint& point) {
    Options options;
    for (std::uint32_t option = 0; option < point.timer_option(); ++option) {
      const std::uint32_t task = static_cast<std::uint32_t>(point.task_of(option));
      if (task == 0) return option;
      options.emplace_back(name_of(task), option);
    }
    std::ranges::sort(options);
    if (!options.empty() && options.front().first == nobody) return options.front().second;
    if (!options.empty() && options.back().first == nobody) options.pop_back();
    if (point.has_timer) options.emplace_back(0, point.timer_option());
    const Options sleepers = in_order(point.sleepers, point.sleeper_option());
    options.insert(options.end(), sleepers.begin(), sleepers.end());
    return pick(options);
  }

  /// One option for each task of `tasks`, the first of them `from`; by name.
  Options in_order(const sim::TaskSet& tasks, std::uint32_t from) const {
    Options options;
    for (const sim::TaskId task : tasks)
      options.emplace_back(name_of(static_cast<std::uint32_t>(task)), from++);
    std::ranges::sort(options);
    return options;
  }

  std::uint32_t pick(const Options& options) {
    const auto count = static_cast<std::uint32_t>(options.size());
    return options[count == 1 ? 0 : rng_.below(count)].second;
  }

  std::uint32_t name_of(std::uint32_t task) const {
    return task < names_.size() ? names_[task] : task;
  }

  Rng rng_;
  TaskNames names_;
};

}  // namespace poolproof::property_tests
