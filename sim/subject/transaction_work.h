#pragma once
// What the work of a transaction does, as a word: "s+[+](*)!". Read from scenarios, drawn,
// printed, and carried out by the subject.

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace poolproof::sim {

/// First letters that say how it is begun, each at most once:
///   r read only   c read committed   s serializable   (else repeatable read)
/// then what it does, in order:
///   +    moves the amount from one account to the other: two statements
///   *    reads all accounts
///   .    thinks for 10 ms
///   (W)  does W in a nested transaction
///   [W]  the same, but the nested part returns an error, which is not passed on: it is undone
///   {W}  does W behind a savepoint that is released
///   <W>  does W behind a savepoint that is dropped: it is undone
/// and last, not within brackets, at most one of
///   !    returns an error
///   #    throws
///   ^    moves its transaction away and lets it go
class TransactionWork {
 public:
  static constexpr std::size_t letters_max = 15;
  static constexpr std::size_t depth_max = 3;

  /// Errors: the rule that `word` breaks.
  static std::expected<TransactionWork, std::string> parse(std::string_view word);

  [[nodiscard]] std::string_view letters() const noexcept { return letters_.data(); }
  /// Without those that say how it is begun.
  [[nodiscard]] std::string_view deeds() const noexcept;
  [[nodiscard]] bool has(char letter) const noexcept {
    return letters().find(letter) != std::string_view::npos;
  }
  /// How often the amount is moved when it is committed.
  [[nodiscard]] std::int32_t moves() const noexcept;
  /// Where the bracket that opens at `at` of `deeds` closes.
  static std::size_t closing(std::string_view deeds, std::size_t at) noexcept;

  friend bool operator==(const TransactionWork&, const TransactionWork&) = default;

 private:
  std::array<char, letters_max + 1> letters_{};  // ends with a 0
};

}  // namespace poolproof::sim
