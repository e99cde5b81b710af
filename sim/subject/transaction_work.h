#pragma once
// What the work of a transaction does, as a word: "s+[+](*)!". Read from scenarios, drawn,
// printed, and carried out by the subject.

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <poolproof/core/db/dialect.h>
#include <poolproof/mocks/table_sql.h>
#include <poolproof/sim/judge/event.h>

namespace poolproof::sim {

/// First letters that say how it is begun, each at most once:
///   r read only   d deferrable   c read committed   s serializable   n as the database does it
///   m its deadline is the manager's, not its own   (without c, s and n: repeatable read)
///   v it returns nothing, not even its errors: without brackets, ? & and !, and for PostgreSQL,
///     where nothing is committed after an error
/// then what it does, in order:
///   +    moves the amount from one account to the other: two statements; read only it is refused
///   *    reads all accounts
///   ~    reads them row by row
///   :    moves like +, and looks at no answer (for PostgreSQL, where that commits nothing)
///   ?    says what the database refuses
///   &    the same, and looks at no answer
///   %    says "commit" or its like as if it were a statement, which changes nothing
///   .    thinks for 10 ms
///   (W)  does W in a nested transaction
///   [W]  the same, but the nested part returns an error, which is not passed on: it is undone
///   {W}  does W behind a savepoint that is released
///   <W>  does W behind a savepoint that is dropped: it is undone
/// and last, not within brackets, at most one of
///   !    returns an error
///   #    throws
///   ^    moves its transaction away and lets it go
///   =    commits by itself
///   -    rolls back by itself
///   @    reads row by row, and throws at the first
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
  [[nodiscard]] bool returns_nothing() const noexcept { return has('v'); }
  [[nodiscard]] mocks::TransactionMode mode() const noexcept;
  /// What comes of it when nothing hinders it.
  [[nodiscard]] Outcome outcome_due(Dialect dialect) const noexcept;
  /// How often the amount is moved when it is committed.
  [[nodiscard]] std::int32_t moves() const noexcept;
  /// Where the bracket that opens at `at` of `deeds` closes.
  static std::size_t closing(std::string_view deeds, std::size_t at) noexcept;

  friend bool operator==(const TransactionWork&, const TransactionWork&) = default;

 private:
  [[nodiscard]] std::int32_t count(std::string_view these,
                                   std::string_view openings) const noexcept;

  std::array<char, letters_max + 1> letters_{};  // ends with a 0
};

}  // namespace poolproof::sim
