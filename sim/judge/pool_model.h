#pragma once
// The pool that every history is held against: so many tokens, taken and given one at a time. And
// what each operation of a history does to it. L15 looks for an order in which all of them can.

#include <cstdint>

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

/// Its queue is in the search, as an order in which those who sleep take.
struct PoolModel {
  std::uint64_t max_size = 0;
  std::uint64_t out = 0;  ///< tokens taken; a shrinking resize may leave it above max_size
  bool is_closed = false;

  [[nodiscard]] bool can_take() const noexcept { return !is_closed && out < max_size; }
  /// Whether a caller may be told that there is no token, when others may hold up to `held`
  /// besides those that were taken.
  [[nodiscard]] bool can_refuse(std::uint64_t held) const noexcept {
    return !is_closed && out + held >= max_size;
  }

  friend bool operator==(const PoolModel&, const PoolModel&) = default;
};

enum class Role : std::uint8_t {
  bystander,    ///< neither needs the model nor changes it
  take,         ///< acquire or try_acquire that got a lease
  give,         ///< the end of a lease
  refusal,      ///< timed_out or exhausted: there was a moment without a token for it
  told_closed,  ///< there was a moment at which the pool was closed
  close,        ///< close, drain, destroy
  resize,
  unexplained,  ///< nothing in the history allows this answer
};

/// What an operation does between its call and its return: the effect of its role, once. And what
/// it may hold for as long as it likes meanwhile, such as the slot of a connect that fails.
struct Part {
  static constexpr std::uint64_t everything = std::uint64_t{1} << 40U;

  Role role = Role::bystander;
  bool is_optional = false;  ///< the effect may not have happened
  bool keeps = false;        ///< what it held may never have come back
  bool closes = false;       ///< what it gave back holds a slot until it returns
  std::uint64_t may_hold = 0;
};

Part part_of(const History& history, const HistoryIndex& index, const OperationRecord& operation);

/// Whether it was surely in the queue from its first sleep until it took or gave up. A client call
/// in its course may mean that it left the queue for a slot and came back.
[[nodiscard]] inline bool has_queued(const OperationRecord& operation) noexcept {
  return operation.kind == Operation::acquire && operation.parked != absent &&
         operation.client_calls == 0;
}

}  // namespace poolproof::sim
