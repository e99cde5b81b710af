#pragma once
// The calls that a database client receives, as faults and histories name them.

#include <cstdint>
#include <string_view>

#include <poolproof/core/clock.h>

namespace poolproof::mocks {

/// `begin`, `commit` and `rollback` are statements that a TableStore tells apart from the others,
/// which are `execute`.
enum class ClientCall : std::uint8_t {
  none,
  connect,
  ping,
  execute,
  reset,
  close,
  begin,
  commit,
  rollback
};

std::string_view to_string(ClientCall call) noexcept;

/// Whether it is a statement: a call by whoever holds the session, not by its pool.
constexpr bool is_statement(ClientCall call) noexcept {
  return call == ClientCall::execute || call >= ClientCall::begin;
}

/// What a session's holder may leave behind on it. Bits of a set.
enum class Leftover : std::uint8_t { setting = 1, transaction = 2, statement = 4, deadline = 8 };

std::string_view to_string(Leftover leftover) noexcept;

/// How a call ended, as a listener is told.
/// `conflict`: failed, and the whole transaction may be run again. `read_only`: failed, since the
/// session may only read. `refused`: failed for what it says, as a statement or, of a connect, a
/// password, and would fail again.
enum class CallOutcome : std::uint8_t {
  ok,
  failed,
  timed_out,
  threw,
  conflict,
  read_only,
  refused
};

std::string_view to_string(CallOutcome outcome) noexcept;

/// A session's number at the server, counted up from 1 in order of connect.
enum class SessionNumber : std::uint32_t {};

/// Is told of every call to the mock, on the thread that makes it and without the mock's lock. It
/// may block: that is where the simulator puts its scheduling points and real-thread runs their
/// delays.
class CallListener {
 public:
  virtual ~CallListener() = default;
  /// `deadline` is the one that the call was given; Instant::max(): none.
  virtual void on_begin(ClientCall call, SessionNumber session, Instant deadline) = 0;
  virtual void on_end(ClientCall call, SessionNumber session, CallOutcome outcome) = 0;
  /// When the client is asked or called for the first time after its session's death, which was
  /// `ago`, and of which it has known ever since.
  virtual void on_death(SessionNumber /*session*/, Duration /*ago*/) {}
};

/// Whether something happens that has a chance of `numerator` in `denominator`. The simulator
/// answers with a recorded choice, everyone else with a seeded Rng.
class Chance {
 public:
  virtual ~Chance() = default;
  virtual bool happens(std::uint32_t numerator, std::uint32_t denominator) = 0;
};

}  // namespace poolproof::mocks
