#pragma once
// Whether a history could have broken a law at all: what must happen before a clause of it says
// anything. "Held" without that would be a word about nothing.

#include <cstdint>
#include <span>
#include <string_view>

#include <poolproof/sim/judge/history_index.h>
#include <poolproof/sim/judge/law.h>

namespace poolproof::sim {

/// One clause of a law, by what puts it to the test.
struct Premise {
  LawId law{};
  std::string_view what;  ///< "a connect that fails": prints as "not tried: a connect that fails"
  /// A pool that lacks this cannot be put to that test; null: every pool can.
  bool Capabilities::*needs = nullptr;
};

/// Some of premises(), by index.
class PremiseSet {
 public:
  void add(std::size_t premise) noexcept { bits_ |= std::uint64_t{1} << premise; }
  [[nodiscard]] bool has(std::size_t premise) const noexcept {
    return (bits_ >> premise & 1U) != 0;
  }
  PremiseSet& operator|=(PremiseSet other) noexcept {
    bits_ |= other.bits_;
    return *this;
  }
  friend bool operator==(PremiseSet, PremiseSet) = default;

 private:
  std::uint64_t bits_ = 0;
};

/// In order of law.
std::span<const Premise> premises() noexcept;

/// Which of them `history` has.
PremiseSet premises_in(const History& history, const HistoryIndex& index);

}  // namespace poolproof::sim
