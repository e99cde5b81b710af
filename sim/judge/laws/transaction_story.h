#pragma once
// Histories of transactions for the tests of their laws.

#include <chrono>
#include <cstdint>
#include <utility>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {

/// Task 1 runs transactions on session 1, in the words of the laws.
class Story {
 public:
  Story() { h.capabilities().transactions = true; }

  Story& asks(Duration timeout = Duration::max(), std::uint32_t attempts_max = 3) {
    h.step(1, {.timeout = timeout, .count = attempts_max, .step = TransactionStep::run});
    return *this;
  }
  /// Not for the first time: after a pause.
  Story& begins() {
    if (is_open_)
      h.step(1, {.timeout = std::chrono::milliseconds(2), .step = TransactionStep::pauses});
    return begins_at_once();
  }
  Story& begins_at_once() {
    h.acquire(1, std::chrono::milliseconds(1));
    if (!std::exchange(is_open_, true)) h.opens(1, 1);
    h.got(1, 1)
        .calls(1, ClientCall::begin, 1)
        .step(1, {.session = SessionId{1}, .step = TransactionStep::began});
    return *this;
  }
  Story& sends(ClientCall call, Outcome outcome = Outcome::ok) {
    h.calls(1, call, 1, outcome);
    return *this;
  }
  Story& changes(std::uint32_t row, std::int32_t amount) {
    h.step(1, {.count = row, .step = TransactionStep::changed, .amount = amount});
    return *this;
  }
  Story& commits(Outcome told = Outcome::ok) {
    h.step(1, {.session = SessionId{1}, .step = TransactionStep::committed});
    return sends(ClientCall::commit, told);
  }
  Story& rolls_back() {
    h.step(1, {.session = SessionId{1}, .step = TransactionStep::rolled_back});
    return sends(ClientCall::rollback);
  }
  Story& gives_back() {
    h.gives_back(1, 1);
    return *this;
  }
  Story& claims_to_move(std::int32_t amount) {
    h.step(1, {.count = 1, .step = TransactionStep::claims, .amount = -amount});
    h.step(1, {.count = 2, .step = TransactionStep::claims, .amount = amount});
    return *this;
  }
  Story& moves(std::int32_t amount) { return changes(1, -amount).changes(2, amount); }
  Story& is_told(Outcome outcome) {
    h.step(1, {.outcome = outcome, .step = TransactionStep::done});
    return *this;
  }

  HistoryBuilder h;

 private:
  bool is_open_ = false;
};

}  // namespace poolproof::sim
