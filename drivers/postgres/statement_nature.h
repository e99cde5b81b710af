#pragma once
// As much of a statement as this driver has to understand. It is not a parser; where it is in
// doubt, it assumes what costs a round trip.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace poolproof::postgres {

struct StatementNature {
  enum class Kind : std::uint8_t {
    select,      ///< reads, so that cancelling it undoes nothing
    commit,      ///< of a transaction: whether it took effect may stay unknown
    prepare,     ///< a statement of the caller's own
    execute,     ///< such a statement
    deallocate,  ///< all prepared statements go
    define,      ///< tables and the like change, and with them what others answer
    copy,
    other,
  };
  Kind kind = Kind::other;
  bool may_leave_traces = true;  ///< see PostgresReset::on_demand
  std::size_t placeholders = 0;  ///< the highest n of all $n; 65,536 for whatever is higher
  /// What it would leave in the session for what comes after its transaction: "LISTEN", "a
  /// temporary table"; empty where nothing is seen.
  std::string_view kept_by_session{};

  /// Not worth a preparation, or at odds with it.
  [[nodiscard]] bool is_prepared_never() const noexcept {
    return kind == Kind::prepare || kind == Kind::deallocate || kind == Kind::define;
  }
};

StatementNature nature_of(std::string_view sql);

/// The first word in small letters, behind white space, comments, semicolons and opening
/// parentheses; empty where there is none.
std::string first_word(std::string_view sql);

}  // namespace poolproof::postgres
