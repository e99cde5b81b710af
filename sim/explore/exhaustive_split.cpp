// Cuts an exhaustive search into branches that share nothing.

#include <poolproof/sim/explore/exhaustive_search.h>

#include <algorithm>

namespace poolproof::sim {
namespace {

class Splitter {
 public:
  Splitter(const SubjectEntry& subject, const Scenario& scenario, const ExplorationLimits& limits)
      : simulation_(subject, scenario, Depth::record), limits_(limits), exploration_(limits) {
    simulation_.set_step_listener(&exploration_);
  }

  // Level by level, so that all are about as long.
  std::vector<Branch> split(std::size_t count_min) {
    std::vector<Branch> branches{{}};
    for (bool grows = true; grows && branches.size() < count_min;) {
      std::vector<Branch> longer;
      for (Branch& branch : branches)
        append_parts(branch, longer);
      grows = longer.size() > branches.size() || is_longer(longer, branches);
      branches = std::move(longer);
    }
    return branches;
  }

 private:
  static bool is_longer(const std::vector<Branch>& a, const std::vector<Branch>& b) {
    return a.size() == b.size() && !std::ranges::equal(a, b, {}, &Branch::fixed, &Branch::fixed);
  }

  void append_parts(Branch& branch, std::vector<Branch>& parts) {
    run(branch);
    Path path = exploration_.path();
    if (path.size() == branch.fixed) return parts.push_back(std::move(branch));
    path.resize(branch.fixed + 1);
    path.back().kind == ChoiceKind::task ? append_actors(std::move(path), parts)
                                         : append_answers(std::move(path), parts);
  }

  static void append_answers(Path path, std::vector<Branch>& parts) {
    for (std::uint32_t answer = 0; answer < path.back().options; ++answer) {
      path.back().chosen = answer;
      parts.push_back({path, path.size()});
    }
  }

  // Each but the first need not begin with what those before it have begun with.
  void append_actors(Path path, std::vector<Branch>& parts) {
    using State = PathNode::State;
    const auto options = static_cast<std::uint32_t>(path.back().actors.size());
    for (std::uint32_t option = 0; option < options; ++option) {
      PathNode& node = path.back();
      const State state = node.actors[option].state;
      if (state == State::asleep || state == State::beyond_bound) continue;
      node.chosen = option;
      node.actors[option].state = State::active;
      parts.push_back({path, path.size()});
      node.actors[option].state = State::done;
      if (!limits_.reduces || limits_.preemptions) continue;
      run(parts.back());
      if (const auto footprint = footprint_at(path.size() - 1))
        node.sleep.push_back({node.actors[option].actor, *footprint});
    }
  }

  // Nothing when it may touch something else another time.
  [[nodiscard]] std::optional<Footprint> footprint_at(std::size_t place) const {
    const Path path = exploration_.path();
    const std::uint32_t step = path[place].step;
    if (step >= exploration_.steps().size()) return std::nullopt;
    if (place + 1 < path.size() && path[place + 1].step == step) return std::nullopt;
    return exploration_.steps()[step].footprint;
  }

  void run(const Branch& branch) {
    exploration_.go_to(branch.path, branch.fixed);
    exploration_.begin(0);
    simulation_.run(exploration_);
  }

  Simulation simulation_;
  const ExplorationLimits limits_;
  Exploration exploration_;
};

}  // namespace

std::vector<Branch> split(const SubjectEntry& subject, const Scenario& scenario,
                          const ExplorationLimits& limits, std::size_t count_min) {
  return Splitter(subject, scenario, limits).split(count_min);
}

}  // namespace poolproof::sim
