#pragma once
// A law is a pure function from a history to the violations it finds. docs/laws.md says what each
// means.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/judge/history.h>
#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

enum class LawId : std::uint8_t {
  exclusivity = 1,
  capacity,
  conservation,
  transitions,
  no_lost_wakeup,
  order,
  timeouts,
  expiry,
  no_stale_handout,
  no_foreign_code_under_lock,
  metrics,
  shutdown,
  connect_errors,
  progress,
  linearizability,
  exceptions,
  data_races,
};

/// One broken promise: which, at which events (indices into History::events; the last is where it
/// shows), and a sentence for people.
struct Violation {
  LawId law{};
  std::vector<std::size_t> events;
  std::string sentence;
  friend bool operator==(const Violation&, const Violation&) = default;
};

/// `judge` appends what it finds and allocates only then. `index` is derived from `history` alone.
struct Law {
  LawId id{};
  std::string_view label;    ///< "L1"
  std::string_view name;     ///< "exclusivity"
  std::string_view promise;  ///< one sentence
  void (*judge)(const History& history, const HistoryIndex& index, std::vector<Violation>& found);
  /// Why this law cannot be judged for a pool of these capabilities; empty when it can.
  std::string_view (*declined)(const Capabilities& capabilities);
  /// Why a history of real threads cannot show a breach; empty when it can. Null: it can.
  std::string_view (*unseen_on_threads)(const Capabilities& capabilities) = nullptr;
};

/// All laws that are judged, in order of number.
std::span<const Law> laws() noexcept;
/// The law of that number. A mistake for one that is not in laws().
const Law& law(LawId id);

/// Why `law` is n/a for histories of this kind; empty when it is judged.
std::string_view not_judged(const Law& law, const Capabilities& capabilities, bool virtual_time);

/// Judges `history` by every law that is not n/a. `index` is scratch memory, rebuilt here.
void judge(const History& history, HistoryIndex& index, std::vector<Violation>& found);

}  // namespace poolproof::sim
