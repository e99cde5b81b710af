// L2: opening and open sessions, as the server counts them, never exceed max_size.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// The event from which on the decision to open may have been taken.
EventIndex opening_decided_from(const HistoryIndex& index, const SessionRecord& session) {
  return session.opener == absent ? 0 : index.operations[session.opener].call;
}

/// One word for each session that the server counted when the connect began: which, and what it
/// was doing.
std::string roll(const HistoryIndex& index, EventIndex at) {
  std::string names;
  for (const SessionRecord& session : index.sessions) {
    const bool has_failed = !session.is_connected && session.connect_end < at;
    if (session.connect_begin >= at || has_failed || session.close_end < at) continue;
    const char* state = session.close_begin < at    ? "closing"
                        : session.connect_end >= at ? "opening"
                                                    : "open";
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", name(session), state);
  }
  return names;
}

}  // namespace

void judge_capacity(const History& history, const HistoryIndex& index, Found& found) {
  for (const SessionRecord& session : index.sessions) {
    if (index.resizes.empty() && session.counted <= history.config.max_size) continue;
    const Sizes sizes =
        sizes_between(history, index, opening_decided_from(index, session), session.connect_begin);
    if (session.counted <= sizes.max_highest) continue;
    found.push_back(
        {LawId::capacity,
         {session.connect_begin},
         fmt::format("the connect of {} {} made {} of at most {} ({})", name(session),
                     moment(history, session.connect_begin), counted(session.counted, "session"),
                     sizes.max_highest, roll(index, session.connect_begin))});
  }
}

}  // namespace poolproof::sim
