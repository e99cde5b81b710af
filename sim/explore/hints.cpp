#include <poolproof/sim/explore/hints.h>

#include <algorithm>
#include <tuple>

#include <poolproof/mocks/allocation_faults.h>

namespace poolproof::sim {
namespace {

std::size_t index_of(TaskId task) noexcept {
  return static_cast<std::size_t>(task);
}

}  // namespace

Wanted wanted_by(const ChoicePoint& point, std::uint32_t option) noexcept {
  if (const TaskId task = point.task_of(option); task != no_task)
    return {.kind = Wanted::Kind::task, .task = task};
  if (option < point.sleeper_option()) return {.kind = Wanted::Kind::timer};
  return {.kind = Wanted::Kind::sleeper,
          .task = point.sleepers.nth(option - point.sleeper_option())};
}

std::uint32_t option_for(const ChoicePoint& point, const Wanted& wanted) noexcept {
  if (wanted.kind == Wanted::Kind::timer) return point.has_timer ? point.timer_option() : 0;
  if (wanted.kind == Wanted::Kind::first || index_of(wanted.task) >= tasks_max) return 0;
  const bool is_task = wanted.kind == Wanted::Kind::task;
  if (is_task) return point.runnable.has(wanted.task) ? point.option_of(wanted.task) : 0;
  if (!point.sleepers.has(wanted.task)) return 0;
  return point.sleeper_option() + point.sleepers.count_below(wanted.task);
}

void Hints::clear() noexcept {
  preemptions.clear();
  orders.clear();
  can_go_on = 0;
  for (auto& kind : answers)
    kind.clear();
}

void HintTaker::begin(std::uint64_t execution) {
  hints_.clear();
  could_go_on_.fill(0);
  inner_.begin(execution);
}

std::uint32_t HintTaker::choose(const ChoicePoint& point) {
  const std::uint32_t answer = inner_.choose(point);
  if (answer < point.options) keep(point, answer);
  return answer;
}

// On the stack of a task, whose allocations may be made to fail.
void HintTaker::keep(const ChoicePoint& point, std::uint32_t answer) {
  const mocks::AllocationFaults::Pause pause;
  if (point.kind != ChoiceKind::task) {
    hints_.answers[static_cast<std::size_t>(point.kind)].push_back(answer);
  } else if (!point.last_can_go_on) {
    hints_.orders.push_back(wanted_by(point, answer));
  } else {
    const std::uint32_t nth = could_go_on_[index_of(point.last)]++;
    ++hints_.can_go_on;
    if (answer != 0) hints_.preemptions.push_back({point.last, nth, wanted_by(point, answer)});
  }
}

Guided::Guided(const Hints& hints) : hints_(hints), by_task_(hints.preemptions) {
  std::ranges::sort(by_task_, {},
                    [](const Preemption& one) { return std::tuple(one.task, one.nth); });
}

void Guided::begin(std::uint64_t) {
  at_.fill(by_task_.size());
  for (std::size_t i = by_task_.size(); i-- > 0;)
    if (index_of(by_task_[i].task) < tasks_max) at_[index_of(by_task_[i].task)] = i;
  could_go_on_.fill(0);
  answered_.fill(0);
  ordered_ = 0;
  asked_ = 0;
  fair_.begin(0);
}

std::uint32_t Guided::choose(const ChoicePoint& point) {
  if (++asked_ > fair_after) return fair_.choose(point);
  if (point.kind != ChoiceKind::task) return answer(point);
  return point.last_can_go_on ? go_on(point) : next_of(point);
}

std::uint32_t Guided::go_on(const ChoicePoint& point) noexcept {
  const std::uint32_t nth = could_go_on_[index_of(point.last)]++;
  std::size_t& at = at_[index_of(point.last)];
  const auto is_here = [&] { return at < by_task_.size() && by_task_[at].task == point.last; };
  while (is_here() && by_task_[at].nth < nth)
    ++at;
  if (!is_here() || by_task_[at].nth != nth) return 0;
  return option_for(point, by_task_[at++].to);
}

// Hints that cannot be followed are passed over: their tasks may be gone.
std::uint32_t Guided::next_of(const ChoicePoint& point) noexcept {
  while (ordered_ < hints_.orders.size()) {
    const Wanted& wanted = hints_.orders[ordered_++];
    const std::uint32_t option = option_for(point, wanted);
    if (wanted.kind == Wanted::Kind::first || wanted_by(point, option) == wanted) return option;
    if (wanted.kind != Wanted::Kind::task || wanted.task != no_task) break;
  }
  return 0;
}

std::uint32_t Guided::answer(const ChoicePoint& point) noexcept {
  const auto kind = static_cast<std::size_t>(point.kind);
  const auto& answers = hints_.answers[kind];
  if (answered_[kind] >= answers.size()) return 0;
  return std::min(answers[answered_[kind]++], point.options - 1);
}

}  // namespace poolproof::sim
