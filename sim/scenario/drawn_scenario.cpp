// What `check` draws: a theme, and a scenario about it.
#include <algorithm>
#include <array>

#include <poolproof/sim/scenario/draw.h>

namespace poolproof::sim {
namespace {

/// Of all but destroy and transact, which come by themselves.
Step::Kind any_kind(Rng& rng) {
  const auto kind =
      static_cast<Step::Kind>(rng.below(static_cast<std::uint32_t>(Step::Kind::transact)));
  return kind == Step::Kind::destroy ? Step::Kind::acquire : kind;
}

/// What the scenarios of `check` are about: each leaves most things out, so that one does not hide
/// the other.
Theme any_theme(Rng& rng, bool has_transactions) {
  constexpr std::array<std::uint32_t, 10> clients{1, 2, 2, 3, 3, 3, 4, 4, 6, 8};
  Theme theme{.has_faults = rng.chance(1, 2),
              .has_bad_alloc = rng.chance(1, 3),
              .has_ages = rng.chance(1, 2),
              .has_maintenance = rng.chance(1, 2),
              .has_shutdown = rng.chance(1, 3),
              .has_resize = rng.chance(1, 4),
              .has_wakeups = rng.chance(1, 3),
              .has_transactions = has_transactions,
              .clients_max = clients[rng.below(clients.size())],
              .steps_max = 2 + rng.below(8)};
  if (rng.chance(1, 2)) return theme;
  for (std::uint32_t n = 1 + rng.below(3); n > 0; --n)
    theme.often.push_back(any_kind(rng));
  return theme;
}

}  // namespace

Scenario drawn_scenario(std::uint64_t seed, std::uint64_t number, bool has_transactions) {
  constexpr std::uint64_t other_than_schedules = 0x6472'6177'6e00U;
  Rng rng = Rng::stream(seed ^ other_than_schedules, number);
  const Theme theme = any_theme(rng, has_transactions);
  return ScenarioDraw(rng, theme).scenario("drawn-" + std::to_string(number));
}

}  // namespace poolproof::sim
