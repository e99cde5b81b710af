#include <poolproof/sim/explore/features.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include <poolproof/core/rng.h>

namespace poolproof::sim {
namespace {

enum class FactKind : std::uint64_t { follows, at_session, beside, reads, premise };

std::uint64_t fact_of(FactKind kind, std::uint64_t a, std::uint64_t b = 0) noexcept {
  return Rng::mix(Rng::mix(static_cast<std::uint64_t>(kind) + (a << 8U)) ^ b);
}

/// What happened, without when, where and to whom.
std::uint64_t sort_of(const Event& event) noexcept {
  const auto number = [](auto value) { return std::uint64_t{std::to_underlying(value)}; };
  std::uint64_t sort = number(event.kind);
  sort = sort << 5U | number(event.operation);
  sort = sort << 5U | number(event.client_call);
  sort = sort << 5U | number(event.outcome);
  sort = sort << 5U | number(event.pool_event);
  sort = sort << 5U | number(event.step);
  return sort << 4U | number(event.from) << 2U | number(event.to);
}

}  // namespace

void FeatureReader::begin() {
  last_.fill({});
  features_.clear();
}

void FeatureReader::on_step(Actor, TaskId task, Intent intent) {
  if (intent.object == 0 || intent.object >= objects_max) return;
  LastStep& last = last_[intent.object];
  if (last.task != no_task && last.task != task) {
    const std::uint64_t pair =
        static_cast<std::uint64_t>(last.kind) << 8U | static_cast<std::uint64_t>(intent.kind);
    add(fact_of(FactKind::reads, intent.object, pair));
  }
  last = {task, intent.kind};
}

void FeatureReader::add(std::uint64_t fact) noexcept {
  features_.push_back(static_cast<Feature>(fact));
}

const std::vector<Feature>& FeatureReader::read(const History& history,
                                                const HistoryIndex& index) {
  read_events(history);
  read_beside(index);
  const PremiseSet tried = premises_in(history, index);
  for (std::size_t i = 0; i < premises().size(); ++i)
    if (tried.has(i)) add(fact_of(FactKind::premise, i));
  std::ranges::sort(features_);
  const auto twice = std::ranges::unique(features_);
  features_.erase(twice.begin(), twice.end());
  return features_;
}

/// Which event followed which: of a task, and of a session.
void FeatureReader::read_events(const History& history) {
  constexpr std::size_t tasks = 64;
  constexpr std::size_t sessions = 32;
  before_.assign(tasks + sessions, 0);
  for (const Event& event : history.events) {
    const std::uint64_t sort = sort_of(event);
    const auto task = static_cast<std::size_t>(event.task);
    if (task < tasks) add(fact_of(FactKind::follows, std::exchange(before_[task], sort), sort));
    const auto session = static_cast<std::size_t>(event.session);
    if (session == 0 || session >= sessions) continue;
    add(fact_of(FactKind::at_session, std::exchange(before_[tasks + session], sort), sort));
  }
}

/// Which operation was called while which was under way.
void FeatureReader::read_beside(const HistoryIndex& index) {
  for (std::size_t i = 0; i < index.operations.size(); ++i) {
    const OperationRecord& one = index.operations[i];
    for (std::size_t k = i + 1; k < index.operations.size(); ++k) {
      const OperationRecord& other = index.operations[k];
      if (other.call > one.ret) break;
      const auto pair = [&](const OperationRecord& operation) {
        return static_cast<std::uint64_t>(operation.kind) << 8U |
               static_cast<std::uint64_t>(operation.outcome);
      };
      add(fact_of(FactKind::beside, pair(one), pair(other)));
    }
  }
}

}  // namespace poolproof::sim
