// L18: a lease begins with nothing of an earlier one.
#include <array>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

using mocks::Leftover;

/// A deadline and a transaction are the lease's, whatever the pool is configured to reset.
std::uint32_t forbidden(const History& history) {
  const auto bits = [](Leftover a, Leftover b) {
    return static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b);
  };
  const std::uint32_t always = bits(Leftover::transaction, Leftover::deadline);
  if (!history.config.reset_on_return) return always;
  return always | bits(Leftover::setting, Leftover::statement);
}

/// The last return of `leave` on the session before `event`, or absent.
EventIndex left_at(const HistoryIndex& index, SessionId session, EventIndex event) {
  EventIndex last = absent;
  for (const OperationRecord& operation : index.operations) {
    if (operation.call > event) break;
    const bool is_left = operation.kind == Operation::leave && operation.session == session;
    if (is_left && operation.ret < event) last = operation.ret;
  }
  return last;
}

}  // namespace

void judge_clean_handout(const History& history, const HistoryIndex& index, Found& found) {
  for (const LeaseRecord& lease : index.leases) {
    const std::uint32_t left = history.events[lease.begin].count & forbidden(history);
    if (left == 0) continue;
    const SessionRecord& session = index.sessions[lease.session];
    const EventIndex cause = left_at(index, session.id, lease.begin);
    Violation violation{LawId::clean_handout, {lease.begin}, {}};
    if (cause != absent) violation.events.insert(violation.events.begin(), cause);
    violation.sentence = fmt::format(
        "{} was handed to {} {} with {} of an earlier lease still on it", name(session),
        name(lease.holder), moment(history, lease.begin), leftover_words(left));
    found.push_back(std::move(violation));
  }
}

}  // namespace poolproof::sim
