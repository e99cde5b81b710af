#pragma once
// A law is a pure function from a history to the violations it finds. docs/laws.md says what each
// means.

#include <array>
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
  atomicity,  ///< T1
  transaction_lease,
  transaction_rollback,
  transaction_deadline,
  transaction_retries,
  transaction_success,       ///< T6
  clean_handout,             ///< L18
  said_once,                 ///< L19
  due_effect,                ///< L22
  restraint,                 ///< L20
  cancellation,              ///< L21
  transaction_as_asked,      ///< T7
  transaction_cancellation,  ///< T8
};
constexpr auto laws_last = LawId::transaction_cancellation;

/// One broken promise: which, at which events (indices into History::events; the last is where it
/// shows), and a sentence for people.
struct Violation {
  LawId law{};
  std::vector<std::size_t> events;
  std::string sentence;
  friend bool operator==(const Violation&, const Violation&) = default;
};

/// Some of the laws.
class LawSet {
 public:
  void add(LawId law) noexcept { bits_ |= std::uint32_t{1} << static_cast<unsigned>(law); }
  [[nodiscard]] bool has(LawId law) const noexcept {
    return (bits_ >> static_cast<unsigned>(law) & 1U) != 0;
  }
  [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }

 private:
  std::uint32_t bits_ = 0;
};

/// How often something is the case with each law.
class LawCounts {
 public:
  void add(LawSet laws) noexcept;
  [[nodiscard]] std::uint64_t of(LawId law) const noexcept {
    return counts_[static_cast<std::size_t>(law)];
  }

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(laws_last) + 1> counts_{};
};

/// `judge` appends what it finds. `index` is derived from `history` alone. Where the law holds, or
/// is soon seen to hold, nothing is allocated.
struct Law {
  LawId id{};
  std::string_view label;    ///< "L1"; of transactions "T1"
  std::string_view name;     ///< "exclusivity"
  std::string_view promise;  ///< one sentence
  /// Returns false when it gave up before it was certain: then nothing is known.
  bool (*judge)(const History& history, const HistoryIndex& index, std::vector<Violation>& found);
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

/// Judges `history` by every law that is not n/a. `index` is scratch memory, rebuilt here. Returns
/// the laws of which nothing is known, because judging them would have been too much work.
LawSet judge(const History& history, HistoryIndex& index, std::vector<Violation>& found);

}  // namespace poolproof::sim
