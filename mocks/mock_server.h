#pragma once
// What the mock database decides: which calls go wrong, which sessions count. It has no lock, no
// clock and no listener, and allocates nothing; mock_database.h owns those and acts.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include <poolproof/core/clock.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/mocks/fault_plan.h>

namespace poolproof::mocks {

/// How one call goes: it blocks until `wake`, then ends as `ending` says.
struct Verdict {
  enum class Ending : std::uint8_t {
    ok,
    fails,
    throws,
    throws_number,
    conflicts,
    loses_session,
    loses_answer,
    ends_transaction,
    answers_late
  };
  Instant wake = Instant::min();  ///< Instant::min(): it does not block
  std::uint32_t ordinal = 0;      ///< the call's number among those of its kind, from 1
  Ending ending = Ending::ok;
  bool is_deaf = false;               ///< blocks beyond its deadline
  std::optional<DbErrorKind> kind{};  ///< of one that fails: Fault::kind
};

/// What `plan` has in store for call number `ordinal` of kind `call` beginning at `now`. Times to
/// take add up, the first fault that is an ending decides it. `chance` is asked only about
/// faults that could still matter.
Verdict verdict_of(const FaultPlan& plan, ClientCall call, std::uint32_t ordinal, Instant now,
                   Chance& chance);

/// The restart that killed a session opened at `opened_at`, among those not after `now`.
std::optional<Duration> restart_between(const FaultPlan& plan, Instant opened_at,
                                        Instant now) noexcept;

/// The death of `session` that `plan` has in store, if it is not after `now`; null else.
const Death* death_of(const FaultPlan& plan, SessionNumber session, Instant now) noexcept;

/// Whether a session opened at `opened_at` may only read at `now`.
bool is_demoted(const FaultPlan& plan, Instant opened_at, Instant now) noexcept;

/// The server's books. One thread at a time; `plan` must outlive it.
class MockServer {
 public:
  /// A call as it was booked: its number among those of its kind, and whether the plan speaks of
  /// such calls.
  struct Ticket {
    std::uint32_t ordinal;
    bool is_planned;
  };

  explicit MockServer(const FaultPlan& plan) noexcept;

  /// A session counts from here until forget().
  SessionNumber admit() noexcept {
    if (++sessions_ > sessions_peak_) sessions_peak_ = sessions_;
    return SessionNumber{++last_number_};
  }
  void forget() noexcept { --sessions_; }
  void book_opened() noexcept { ++opened_; }
  void book_closed() noexcept { ++closed_; }

  Ticket book(ClientCall call) noexcept {
    const auto index = static_cast<std::size_t>(call);
    const bool is_planned = (planned_ >> index & 1U) != 0 && faults_are_enabled_;
    return {++calls_[index], is_planned};
  }

  /// While off, no fault strikes and no restart, death or demotion from `now` on happens; what a
  /// restart killed stays dead.
  void set_faults_enabled(bool enabled, Instant now) noexcept {
    faults_are_enabled_ = enabled;
    restarts_until_ = enabled ? Instant::max() : now;
  }
  /// Restarts later than this do not happen.
  [[nodiscard]] Instant restarts_until() const noexcept { return restarts_until_; }

  [[nodiscard]] std::size_t sessions() const noexcept { return sessions_; }
  [[nodiscard]] std::size_t sessions_peak() const noexcept { return sessions_peak_; }
  [[nodiscard]] std::uint64_t sessions_opened() const noexcept { return opened_; }
  [[nodiscard]] std::uint64_t sessions_closed() const noexcept { return closed_; }
  [[nodiscard]] std::uint32_t calls(ClientCall call) const noexcept {
    return calls_[static_cast<std::size_t>(call)];
  }

 private:
  static constexpr std::size_t call_kinds = static_cast<std::size_t>(ClientCall::rollback) + 1;

  std::array<std::uint32_t, call_kinds> calls_{};
  std::uint32_t planned_ = 0;  // bit n: the plan has faults for ClientCall n
  std::uint32_t last_number_ = 0;
  std::size_t sessions_ = 0;
  std::size_t sessions_peak_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t closed_ = 0;
  Instant restarts_until_ = Instant::max();
  bool faults_are_enabled_ = true;
};

}  // namespace poolproof::mocks
