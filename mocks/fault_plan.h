#pragma once
// Which calls to the database go wrong, and how: a value, printed and parsed, so that it fits in a
// scenario.

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_error.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/mocks/duration.h>

namespace poolproof::mocks {

/// Which calls of one kind a fault concerns.
struct Selector {
  enum class Kind : std::uint8_t {
    every,     ///< "connect fails"
    nth,       ///< "connect 2 fails": the second, counted from 1
    from,      ///< "connect 2+ fails": the second and all later ones
    by_chance  ///< "ping 1/10 fails": each with that chance
  };
  Kind kind = Kind::every;
  std::uint32_t n = 1;            ///< nth, from; numerator of by_chance
  std::uint32_t denominator = 1;  ///< by_chance
  friend bool operator==(const Selector&, const Selector&) = default;
};

struct Fault {
  enum class Effect : std::uint8_t {
    fails,          ///< "fails", "fails with busy": the call answers with a DbError of that kind.
                    ///< close cannot.
    throws,         ///< "throws": the call throws std::runtime_error. close cannot.
    throws_number,  ///< "throws number": the call throws an int. close cannot.
    takes,          ///< "takes 5ms": the call blocks for `duration`, then goes on
    hangs,    ///< "hangs until 3s": the call blocks until the instant `duration` after the clock's
              ///< epoch, or gives up at its deadline
    freezes,  ///< "freezes until 3s": the same, and takes no notice of its deadline
    conflicts,         ///< "conflicts": a statement answers serialization_failure
    loses_session,     ///< "loses session": a statement's session is lost before it takes effect
    loses_answer,      ///< "loses answer": and here after that
    ends_transaction,  ///< "ends transaction": a statement fails, and the database rolls back
    answers_late,  ///< "answers late": a statement takes effect, and its caller's deadline passes
                   ///< before the answer; it goes well where there is none, and of SQLite, which
                   ///< is not at the other end of a line
  };
  ClientCall call = ClientCall::connect;
  Selector selector{};
  Effect effect = Effect::fails;
  /// takes, hangs, freezes: see there. Of the others: "connect fails until 3s" no longer does from
  /// the instant `duration` after the clock's epoch on; 0: it always does.
  Duration duration{};
  /// What one that fails answers; without it connection_failed of a connect, connection_lost of a
  /// ping or reset, rejected of a statement.
  std::optional<DbErrorKind> kind{};
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// The kinds that `call` may fail with. Others have effects of their own, as what a session's loss
/// or a deadline makes of a call, or are not a database's.
std::span<const DbErrorKind> kinds_of_failure(ClientCall call) noexcept;

/// "session 2 dies at 5ms": every call on it fails from then on, and its client knows.
/// "session 2 vanishes at 5ms": the same, but the client does not know before it calls.
struct Death {
  std::uint32_t session = 1;  ///< as the server numbers them
  Duration at{};
  bool is_known = true;
  friend bool operator==(const Death&, const Death&) = default;
};

/// The printed form is the faults, joined by "; ", in this order:
/// "connect 2 fails; ping 1/10 throws; reset takes 5ms; connect 1 hangs until 3s; commit 1 loses
/// answer; server restarts at 2s; server turns read-only at 3s; session 1 dies at 1s; allocation 3
/// fails".
struct FaultPlan {
  std::vector<Fault> faults;
  /// Sessions opened before such an instant are dead from then on: every call on them fails.
  std::vector<Duration> restarts{};
  /// Sessions opened before such an instant may only read from then on: statements answer
  /// read_only, pings and resets go well.
  std::vector<Duration> demotions{};
  std::vector<Death> deaths{};
  /// The n-th allocation, counted from 1 over all operations of the pool, throws bad_alloc. 0:
  /// none does.
  std::uint32_t failing_allocation = 0;

  /// Reads what to_string prints, the parts in any order. "" is the empty plan. Errors: one
  /// sentence naming the place, the word and the rule: "fault plan, character 14: "falls":
  /// expected fails, throws, conflicts, loses, ends, takes, hangs or
  /// freezes".
  static std::expected<FaultPlan, std::string> parse(std::string_view text);

  friend bool operator==(const FaultPlan&, const FaultPlan&) = default;
};

/// parse() reads it back to an equal plan, when fields that do not apply have their defaults.
std::string to_string(const FaultPlan& plan);

}  // namespace poolproof::mocks
