#include <poolproof/sim/explore/shrink_schedule.h>

#include <algorithm>

#include <poolproof/sim/explore/sparse_walk.h>

namespace poolproof::sim {
namespace {

/// Changes one schedule until nothing helps any more.
class ScheduleShrinker {
 public:
  ScheduleShrinker(Simulation& simulation, ShrinkTrials& trials, Found& best) noexcept
      : simulation_(simulation), trials_(trials), best_(best) {}

  void thin_out() {
    drop_chunks(&Hints::preemptions);
    if (const auto& answers = best_.hints.answers[fault]; !answers.empty())
      try_hints([](Hints& hints) { std::ranges::fill(hints.answers[fault], 0U); });
  }

  void search_with_fewer() {
    for (std::uint32_t few = 0; few < best_.hints.preemptions.size(); ++few) {
      SparseWalk walk(few, {.preemptions = few, .places = std::max(best_.hints.can_go_on, 1U)});
      const std::uint64_t tries = std::min(tries_for_each * (few + 1), trials_.left() / 3);
      for (std::uint64_t i = 0; i < tries; ++i) {
        if (take_if_simpler(trials_.run(simulation_, walk))) break;
      }
    }
  }

  void change_one_by_one() {
    bool has_changed = true;
    while (has_changed && trials_.may_go_on()) {
      has_changed = drop_chunks(&Hints::preemptions);
      has_changed |= drop_pairs();
      has_changed |= silence(fault);
      has_changed |= silence(cas);
      has_changed |= silence(waiter);
      has_changed |= lower_orders();
      has_changed |= lower_preemptions();
    }
  }

 private:
  static constexpr auto waiter = static_cast<std::size_t>(ChoiceKind::waiter);
  static constexpr auto cas = static_cast<std::size_t>(ChoiceKind::cas);
  static constexpr auto fault = static_cast<std::size_t>(ChoiceKind::fault);
  static constexpr std::uint64_t tries_for_each = 600;
  static constexpr std::size_t pairs_of_max = 12;

  bool take_if_simpler(std::optional<Found> found) {
    if (!found || !is_simpler(*found, best_)) return false;
    best_ = *std::move(found);
    return true;
  }

  template <class Change>
  bool try_hints(Change change) {
    Hints hints = best_.hints;
    change(hints);
    return take_if_simpler(trials_.follow(simulation_, hints));
  }

  template <class Item>
  bool drop_chunks(std::vector<Item> Hints::*list) {
    bool has_changed = false;
    for (std::size_t size = (best_.hints.*list).size(); size > 0; size /= 2) {
      for (std::size_t at = 0; at < (best_.hints.*list).size() && trials_.may_go_on();) {
        const bool is_taken = try_hints([&](Hints& hints) {
          auto& items = hints.*list;
          const auto from = items.begin() + static_cast<std::ptrdiff_t>(at);
          items.erase(from, from + static_cast<std::ptrdiff_t>(std::min(size, items.size() - at)));
        });
        has_changed |= is_taken;
        if (!is_taken) at += size;
      }
    }
    return has_changed;
  }

  // There and back again: neither switch can be left out without the other.
  bool drop_pairs() {
    for (std::size_t i = 0; i < std::min(best_.hints.preemptions.size(), pairs_of_max); ++i) {
      for (std::size_t k = i + 1; k < std::min(best_.hints.preemptions.size(), pairs_of_max);
           ++k) {
        const bool is_taken = try_hints([&](Hints& hints) {
          hints.preemptions.erase(hints.preemptions.begin() + static_cast<std::ptrdiff_t>(k));
          hints.preemptions.erase(hints.preemptions.begin() + static_cast<std::ptrdiff_t>(i));
        });
        if (is_taken) return true;
      }
    }
    return false;
  }

  bool silence(std::size_t kind) {
    bool has_changed = false;
    for (std::size_t i = 0; i < best_.hints.answers[kind].size(); ++i) {
      if (best_.hints.answers[kind][i] == 0) continue;
      if (!trials_.may_go_on()) break;
      has_changed |= try_hints([&](Hints& hints) { hints.answers[kind][i] = 0; });
    }
    return has_changed;
  }

  bool lower_orders() {
    bool has_changed = false;
    for (std::size_t i = 0; i < best_.hints.orders.size() && trials_.may_go_on(); ++i) {
      const Wanted::Kind kind = best_.hints.orders[i].kind;
      if (kind != Wanted::Kind::task) {
        const bool is_dropped = try_hints([&](Hints& hints) {
          hints.orders.erase(hints.orders.begin() + static_cast<std::ptrdiff_t>(i));
        });
        has_changed |= is_dropped;
        if (is_dropped) continue;
      }
      has_changed |= try_hints([&](Hints& hints) { hints.orders[i] = {}; });
    }
    return has_changed;
  }

  bool lower_preemptions() {
    bool has_changed = false;
    for (std::size_t i = 0; i < best_.hints.preemptions.size() && trials_.may_go_on(); ++i) {
      const Wanted to = best_.hints.preemptions[i].to;
      if (to.kind != Wanted::Kind::task) continue;
      for (std::uint16_t lower = 0; TaskId(lower) < to.task; ++lower) {
        const bool is_taken =
            try_hints([&](Hints& hints) { hints.preemptions[i].to.task = TaskId(lower); });
        has_changed |= is_taken;
        if (is_taken) break;
      }
    }
    return has_changed;
  }

  Simulation& simulation_;
  ShrinkTrials& trials_;
  Found& best_;
};

}  // namespace

void thin_out(Simulation& simulation, ShrinkTrials& trials, Found& best) {
  ScheduleShrinker(simulation, trials, best).thin_out();
}

void shrink_schedule(Simulation& simulation, ShrinkTrials& trials, Found& best) {
  ScheduleShrinker shrinker(simulation, trials, best);
  shrinker.search_with_fewer();
  shrinker.change_one_by_one();
}

}  // namespace poolproof::sim
