#include <poolproof/sim/cli/strategies.h>

#include <algorithm>
#include <array>

#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/explore/random_walk.h>

namespace poolproof::sim {
namespace {

/// Tells the crash report which execution is under way.
template <class Inner>
class Noted final : public Strategy {
 public:
  explicit Noted(std::uint64_t seed) : inner_(seed) {}

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
std::unique_ptr<Strategy> noted(std::uint64_t seed) {
  return std::make_unique<Noted<Inner>>(seed);
}

constexpr std::array all{
    StrategyEntry{"random",
                  "every choice by chance, timers with odds drawn anew for each schedule",
                  &noted<RandomWalk>},
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
