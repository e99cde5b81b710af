#include <poolproof/mocks/mock_server.h>

#include <algorithm>

namespace poolproof::mocks {
namespace {

using Effect = Fault::Effect;
using Ending = Verdict::Ending;

bool concerns(const Selector& selector, std::uint32_t ordinal, Chance& chance) {
  switch (selector.kind) {
    case Selector::Kind::every:
      return true;
    case Selector::Kind::nth:
      return ordinal == selector.n;
    case Selector::Kind::from:
      return ordinal >= selector.n;
    case Selector::Kind::by_chance:
      return chance.happens(selector.n, selector.denominator);
  }
  return false;
}

bool is_ending(Effect effect) {
  return effect != Effect::takes && effect != Effect::hangs && effect != Effect::freezes;
}

/// Whether the time in which the fault strikes is over.
bool is_over(const Fault& fault, Instant now) {
  return is_ending(fault.effect) && fault.duration != Duration::zero() &&
         now >= Instant(fault.duration);
}

void apply(const Fault& fault, Instant now, Verdict& verdict) {
  switch (fault.effect) {
    case Effect::fails:
      verdict.ending = Ending::fails;
      verdict.kind = fault.kind;
      return;
    case Effect::throws:
      verdict.ending = Ending::throws;
      return;
    case Effect::throws_number:
      verdict.ending = Ending::throws_number;
      return;
    case Effect::takes:
      verdict.wake = deadline_after(std::max(verdict.wake, now), fault.duration);
      return;
    case Effect::freezes:
      verdict.is_deaf = true;
      [[fallthrough]];
    case Effect::hangs:
      verdict.wake = std::max(verdict.wake, Instant(fault.duration));
      return;
    case Effect::conflicts:
      verdict.ending = Ending::conflicts;
      return;
    case Effect::loses_session:
      verdict.ending = Ending::loses_session;
      return;
    case Effect::loses_answer:
      verdict.ending = Ending::loses_answer;
      return;
    case Effect::ends_transaction:
      verdict.ending = Ending::ends_transaction;
      return;
    case Effect::answers_late:
      verdict.ending = Ending::answers_late;
      return;
  }
}

}  // namespace

Verdict verdict_of(const FaultPlan& plan, ClientCall call, std::uint32_t ordinal, Instant now,
                   Chance& chance) {
  Verdict verdict{.ordinal = ordinal};
  for (const Fault& fault : plan.faults) {
    if (fault.call != call || is_over(fault, now)) continue;
    if (is_ending(fault.effect) && verdict.ending != Ending::ok) continue;
    if (concerns(fault.selector, ordinal, chance)) apply(fault, now, verdict);
  }
  return verdict;
}

std::optional<Duration> restart_between(const FaultPlan& plan, Instant opened_at,
                                        Instant now) noexcept {
  for (const Duration restart : plan.restarts) {
    if (opened_at < Instant(restart) && Instant(restart) <= now) return restart;
  }
  return std::nullopt;
}

const Death* death_of(const FaultPlan& plan, SessionNumber session, Instant now) noexcept {
  for (const Death& death : plan.deaths) {
    if (SessionNumber{death.session} == session && Instant(death.at) <= now) return &death;
  }
  return nullptr;
}

bool is_demoted(const FaultPlan& plan, Instant opened_at, Instant now) noexcept {
  return std::ranges::any_of(plan.demotions, [&](Duration demotion) {
    return opened_at < Instant(demotion) && Instant(demotion) <= now;
  });
}

MockServer::MockServer(const FaultPlan& plan) noexcept {
  for (const Fault& fault : plan.faults)
    planned_ |= 1U << static_cast<unsigned>(fault.call);
}

}  // namespace poolproof::mocks
