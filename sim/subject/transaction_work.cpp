#include <poolproof/sim/subject/transaction_work.h>

#include <algorithm>

namespace poolproof::sim {
namespace {

constexpr std::string_view options = "rcs";
constexpr std::string_view opening = "([{<";
constexpr std::string_view closing_marks = ")]}>";
constexpr std::string_view endings = "!#^";

/// The rule that the deeds break; empty when they keep them all.
std::string_view broken_rule(std::string_view deeds) {
  std::string open;
  for (std::size_t i = 0; i < deeds.size(); ++i) {
    const char letter = deeds[i];
    if (const auto kind = opening.find(letter); kind != std::string_view::npos) {
      open += closing_marks[kind];
      if (open.size() > TransactionWork::depth_max) return "must not nest deeper than 3 brackets";
    } else if (closing_marks.find(letter) != std::string_view::npos) {
      if (open.empty() || open.back() != letter) return "has a bracket that closes none";
      open.pop_back();
    } else if (endings.find(letter) != std::string_view::npos) {
      if (i + 1 != deeds.size() || !open.empty()) return "can have ! # ^ only at its end";
    } else if (letter != '+' && letter != '*' && letter != '.') {
      return "is made of r c s, + * . () [] {} <> and ! # ^";
    }
  }
  return open.empty() ? "" : "has a bracket that is not closed";
}

}  // namespace

std::expected<TransactionWork, std::string> TransactionWork::parse(std::string_view word) {
  if (word.empty() || word.size() > letters_max) return std::unexpected("has 1 to 15 letters");
  TransactionWork work;
  std::ranges::copy(word, work.letters_.begin());
  const std::string_view deeds = work.deeds();
  const std::string_view begun = word.substr(0, word.size() - deeds.size());
  const auto times = [&](char letter) { return std::ranges::count(begun, letter); };
  if (times('r') > 1 || times('c') + times('s') > 1)
    return std::unexpected("is begun with at most one of c and s, and r once");
  if (const std::string_view rule = broken_rule(deeds); !rule.empty())
    return std::unexpected(std::string(rule));
  if (work.has('r') && work.has('+')) return std::unexpected("cannot move anything read only");
  return work;
}

std::string_view TransactionWork::deeds() const noexcept {
  const std::string_view all = letters();
  return all.substr(std::min(all.find_first_not_of(options), all.size()));
}

std::size_t TransactionWork::closing(std::string_view deeds, std::size_t at) noexcept {
  std::size_t depth = 0;
  for (std::size_t i = at; i < deeds.size(); ++i) {
    if (opening.find(deeds[i]) != std::string_view::npos) ++depth;
    if (closing_marks.find(deeds[i]) != std::string_view::npos && --depth == 0) return i;
  }
  return deeds.size();
}

std::int32_t TransactionWork::moves() const noexcept {
  const std::string_view all = deeds();
  std::int32_t moves = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == '[' || all[i] == '<')
      i = closing(all, i);  // Undone.
    else if (all[i] == '+')
      ++moves;
  }
  return moves;
}

}  // namespace poolproof::sim
