#include <poolproof/sim/cli/strategies.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/explore/pct.h>
#include <poolproof/sim/explore/portfolio.h>
#include <poolproof/sim/explore/pos.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/surw.h>

namespace poolproof::sim {
namespace {

/// Tells the crash report which execution is under way.
template <class Inner>
class Noted final : public Strategy {
 public:
  explicit Noted(Inner inner) : inner_(std::move(inner)) {}

  void begin(std::uint64_t execution) override {
    note_execution(execution);
    inner_.begin(execution);
  }
  std::uint32_t choose(const ChoicePoint& point) override { return inner_.choose(point); }

 private:
  Inner inner_;
  const CrashStack stack_;
};

template <class Inner>
std::unique_ptr<Strategy> noted(Inner inner) {
  return std::make_unique<Noted<Inner>>(std::move(inner));
}

std::unique_ptr<Strategy> make_random(std::uint64_t seed, const StrategyOptions&) {
  return noted(RandomWalk(seed));
}

std::unique_ptr<Strategy> make_pct(std::uint64_t seed, const StrategyOptions& options) {
  return noted(Pct(seed, options.pct_depth));
}

std::unique_ptr<Strategy> make_pos(std::uint64_t seed, const StrategyOptions&) {
  return noted(Pos(seed));
}

std::unique_ptr<Strategy> make_surw(std::uint64_t seed, const StrategyOptions&) {
  return noted(Surw(seed));
}

std::unique_ptr<Strategy> make_portfolio(std::uint64_t seed, const StrategyOptions& options) {
  std::vector<std::unique_ptr<Strategy>> turns;
  turns.push_back(std::make_unique<RandomWalk>(seed));
  turns.push_back(std::make_unique<Pct>(seed, options.pct_depth));
  turns.push_back(std::make_unique<Pos>(seed));
  return noted(Portfolio(std::move(turns)));
}

constexpr std::array all{
    StrategyEntry{"random",
                  "every choice by chance, timers with odds drawn anew for each schedule",
                  &make_random},
    StrategyEntry{"pct", "priorities by chance, changed at a few steps: see --pct-depth",
                  &make_pct},
    StrategyEntry{"pos", "priorities by chance, drawn anew where events race", &make_pos},
    StrategyEntry{"surw", "orders of the steps on one object sampled evenly, an object by chance",
                  &make_surw},
    StrategyEntry{"portfolio", "random, pct and pos take turns", &make_portfolio},
    StrategyEntry{"exhaustive",
                  "every schedule, up to the order of independent steps; says when it is complete",
                  nullptr},
};

}  // namespace

std::span<const StrategyEntry> strategies() noexcept {
  return all;
}

const StrategyEntry* find_strategy(std::string_view name) noexcept {
  const auto found = std::ranges::find(all, name, &StrategyEntry::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace poolproof::sim
