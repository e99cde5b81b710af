#include <poolproof/sim/judge/event.h>

#include <array>
#include <cstddef>
#include <utility>

namespace poolproof::sim {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 10> event_kinds{
    "call",    "return",   "client_begin", "client_end", "parked",
    "stalled", "observed", "server",       "finished",   "transaction"};
constexpr std::array<std::string_view, 17> operations{
    "none",         "acquire", "try_acquire", "release",   "invalidate", "ensure_min_size",
    "health_check", "metrics", "resize",      "evict_all", "close",      "drain",
    "use_ended",    "destroy", "leave",       "move",      "cancel"};
constexpr std::array<std::string_view, 17> outcomes{
    "ok",       "timed_out", "closed",    "connect_failed", "exhausted", "failed",
    "threw",    "deadlock",  "livelock",  "crashed",        "data_race", "aborted",
    "conflict", "ambiguous", "cancelled", "read_only",      "refused"};
constexpr std::array<std::string_view, 13> transaction_steps{
    "none",    "run",       "worked",      "pauses", "claims",  "done",   "began",
    "changed", "committed", "rolled_back", "undone", "balance", "counted"};

template <typename Enum, std::size_t n>
std::string_view word_of(Enum value, const std::array<std::string_view, n>& words) noexcept {
  const auto i = static_cast<std::size_t>(std::to_underlying(value));
  return i < n ? words[i] : "unknown";
}

/// The value up to `last` whose word, as `to_word` says it, is `word`.
template <typename Enum, typename ToWord>
std::optional<Enum> value_of(std::string_view word, Enum last, ToWord to_word) noexcept {
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    if (to_word(value) == word) return value;
  }
  return std::nullopt;
}

constexpr auto to_word = [](auto value) noexcept { return to_string(value); };

}  // namespace

std::string_view to_string(EventKind kind) noexcept {
  return word_of(kind, event_kinds);
}
std::string_view to_string(Operation operation) noexcept {
  return word_of(operation, operations);
}
std::string_view to_string(Outcome outcome) noexcept {
  return word_of(outcome, outcomes);
}

std::string_view to_string(TransactionStep step) noexcept {
  return word_of(step, transaction_steps);
}

std::optional<EventKind> event_kind_from(std::string_view word) noexcept {
  return value_of(word, EventKind::transaction, to_word);
}
std::optional<Operation> operation_from(std::string_view word) noexcept {
  return value_of(word, operations_last, to_word);
}
std::optional<Outcome> outcome_from(std::string_view word) noexcept {
  return value_of(word, Outcome::refused, to_word);
}
std::optional<TransactionStep> transaction_step_from(std::string_view word) noexcept {
  return value_of(word, TransactionStep::counted, to_word);
}
std::optional<ClientCall> client_call_from(std::string_view word) noexcept {
  return value_of(word, ClientCall::rollback, to_word);
}
std::optional<PoolEventKind> pool_event_from(std::string_view word) noexcept {
  return value_of(word, PoolEventKind::generation_condemned, to_word);
}
std::optional<ConnectionState> connection_state_from(std::string_view word) noexcept {
  return value_of(word, ConnectionState::invalid, to_word);
}

}  // namespace poolproof::sim
