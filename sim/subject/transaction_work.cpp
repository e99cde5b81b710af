#include <poolproof/sim/subject/transaction_work.h>

#include <algorithm>
#include <utility>

namespace poolproof::sim {
namespace {

constexpr std::string_view options = "rdcsnmv";
constexpr std::string_view opening = "([{<";
constexpr std::string_view closing_marks = ")]}>";
constexpr std::string_view acts = "+:*~?&%.";
constexpr std::string_view endings = "!#^=-@";

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
      if (i + 1 != deeds.size() || !open.empty()) return "can have ! # ^ = - @ only at its end";
    } else if (acts.find(letter) == std::string_view::npos) {
      return "is made of r d c s n m v, + : * ~ ? & % . () [] {} <> and ! # ^ = - @";
    }
  }
  return open.empty() ? "" : "has a bracket that is not closed";
}

/// What becomes of a work, deed by deed, when every call is answered as it must be.
class Course {
 public:
  /// `is_failing`: an error fails the transaction, until it is undone.
  Course(std::string_view deeds, bool only_reads, bool is_failing) noexcept
      : deeds_(deeds), only_reads_(only_reads), is_failing_(is_failing) {}

  Outcome outcome() noexcept {
    const Outcome worked = run(deeds_);
    return worked == Outcome::ok && has_failed_ ? Outcome::failed : worked;
  }

 private:
  Outcome run(std::string_view deeds) noexcept {
    for (std::size_t at = 0; at < deeds.size(); ++at) {
      const std::size_t end = TransactionWork::closing(deeds, at);
      const bool opens = opening.find(deeds[at]) != std::string_view::npos;
      const Outcome one =
          opens ? within(deeds[at], deeds.substr(at + 1, end - at - 1)) : act(deeds[at]);
      if (one != Outcome::ok) return one;
      if (opens) at = end;
    }
    return Outcome::ok;
  }

  Outcome act(char deed) noexcept {
    switch (deed) {
      case '+':
        return only_reads_ ? refused() : said();
      case ':':
        if (only_reads_) static_cast<void>(refused());
        return Outcome::ok;
      case '?':
        return refused();
      case '&':
        static_cast<void>(refused());
        return Outcome::ok;
      case '!':
      case '^':
        return Outcome::failed;
      case '#':
        return Outcome::threw;
      case '@':
        return has_failed_ ? Outcome::failed : Outcome::threw;
      case '.':
        return Outcome::ok;
      case '-':
        has_failed_ = false;
        return Outcome::ok;
      default:
        return said();
    }
  }

  Outcome within(char bracket, std::string_view deeds) noexcept {
    if (has_failed_) return Outcome::failed;
    const Outcome worked = run(deeds);
    if (worked == Outcome::threw) return worked;
    const bool had_failed = std::exchange(has_failed_, false);  // Undone, or to be refused.
    if (bracket == '[') return Outcome::ok;
    return had_failed && bracket != '<' ? Outcome::failed : worked;
  }

  /// What the database has nothing against.
  [[nodiscard]] Outcome said() const noexcept {
    return has_failed_ ? Outcome::failed : Outcome::ok;
  }
  Outcome refused() noexcept {
    has_failed_ = has_failed_ || is_failing_;
    return Outcome::failed;
  }

  const std::string_view deeds_;
  const bool only_reads_;
  const bool is_failing_;
  bool has_failed_ = false;  // the transaction, or what is behind its last savepoint
};

}  // namespace

std::expected<TransactionWork, std::string> TransactionWork::parse(std::string_view word) {
  if (word.empty() || word.size() > letters_max) return std::unexpected("has 1 to 15 letters");
  TransactionWork work;
  std::ranges::copy(word, work.letters_.begin());
  const std::string_view deeds = work.deeds();
  const std::string_view begun = word.substr(0, word.size() - deeds.size());
  const auto times = [&](char letter) { return std::ranges::count(begun, letter); };
  if (times('r') > 1 || times('d') > 1 || times('m') > 1 || times('v') > 1 ||
      times('c') + times('s') + times('n') > 1)
    return std::unexpected("is begun with at most one of c, s and n, and r, d, m and v once");
  if (const std::string_view rule = broken_rule(deeds); !rule.empty())
    return std::unexpected(std::string(rule));
  if (times('v') == 1 && deeds.find_first_of("([{<?&!") != std::string_view::npos)
    return std::unexpected("returns nothing with v, and goes without brackets, ? & and !");
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

mocks::TransactionMode TransactionWork::mode() const noexcept {
  mocks::TransactionMode mode{.isolation = Isolation::repeatable_read,
                              .is_read_only = has('r'),
                              .is_deferrable = has('d')};
  if (has('c')) mode.isolation = Isolation::read_committed;
  if (has('s')) mode.isolation = Isolation::serializable;
  if (has('n')) mode.isolation = Isolation::server_default;
  return mode;
}

Outcome TransactionWork::outcome_due(Dialect dialect) const noexcept {
  const bool is_failing = dialect == Dialect::postgresql;
  return Course(deeds(), has('r'), is_failing).outcome();
}

std::int32_t TransactionWork::moves() const noexcept {
  return has('r') || has('-') ? 0 : count("+:", "[<");
}

/// How often there is one of `these`, but not in brackets that one of `openings` opens.
std::int32_t TransactionWork::count(std::string_view these,
                                    std::string_view openings) const noexcept {
  const std::string_view all = deeds();
  std::int32_t times = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (openings.find(all[i]) != std::string_view::npos)
      i = closing(all, i);
    else if (these.find(all[i]) != std::string_view::npos)
      ++times;
  }
  return times;
}

}  // namespace poolproof::sim
