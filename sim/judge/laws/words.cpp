#include <poolproof/sim/judge/laws/words.h>

#include <array>
#include <utility>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>

namespace poolproof::sim {

std::string name(TaskId task) {
  return fmt::format("task {}", std::to_underlying(task));
}

std::string name(const SessionRecord& session) {
  return fmt::format("session {}", std::to_underlying(session.id));
}

std::string name(const OperationRecord& operation) {
  return fmt::format("{} of {}", to_string(operation.kind), name(operation.task));
}

std::string name(const ClientRecord& client) {
  if (client.is_pools_own) return fmt::format("the pool's own {}", mocks::to_string(client.kind));
  return fmt::format("{}'s {}", name(client.task), mocks::to_string(client.kind));
}

std::string moment(const History& history, EventIndex event) {
  const Duration since = history.events[event].at - history.events.front().at;
  return fmt::format("at {} (event {})", mocks::print_duration(since), event);
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string leftover_words(std::uint32_t left) {
  constexpr std::array kinds{mocks::Leftover::setting, mocks::Leftover::transaction,
                             mocks::Leftover::statement, mocks::Leftover::deadline};
  std::string words;
  for (const mocks::Leftover one : kinds) {
    if ((left & static_cast<std::uint32_t>(one)) == 0) continue;
    words.append(words.empty() ? "a " : " and a ").append(mocks::to_string(one));
  }
  return words;
}

}  // namespace poolproof::sim
