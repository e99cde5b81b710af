// L10: clients and observers are called without the pool's lock. One violation per kind of call:
// the first.
#include <array>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

std::string locks(const Event& event) {
  return event.locks_held == 1 ? "a lock was held"
                               : fmt::format("{} locks were held", event.locks_held);
}

}  // namespace

void judge_no_foreign_code_under_lock(const History& history, const HistoryIndex& index,
                                      Found& found) {
  std::array<bool, 8> is_reported{};
  for (const ClientRecord& call : index.clients) {
    const Event& begin = history.events[call.begin];
    const bool is_pools = call.operation != absent || call.is_pools_own;
    bool& reported = is_reported[static_cast<std::size_t>(call.kind) % is_reported.size()];
    if (begin.locks_held == 0 || !is_pools || reported) continue;
    reported = true;
    found.push_back({LawId::no_foreign_code_under_lock,
                     {call.begin},
                     fmt::format("{} began {} while {}", name(call), moment(history, call.begin),
                                 locks(begin))});
  }
  for (const ObservedRecord& observed : index.observed) {
    const Event& event = history.events[observed.event];
    if (event.locks_held == 0) continue;
    found.push_back(
        {LawId::no_foreign_code_under_lock,
         {observed.event},
         fmt::format("the observer was told {} by {} {} while {}", to_string(event.pool_event),
                     name(event.task), moment(history, observed.event), locks(event))});
    return;
  }
}

}  // namespace poolproof::sim
