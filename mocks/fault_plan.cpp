#include <poolproof/mocks/fault_plan.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include <poolproof/mocks/quotation.h>

namespace poolproof::mocks {
namespace {

using Effect = Fault::Effect;
using Kind = Selector::Kind;

constexpr std::array calls{ClientCall::connect, ClientCall::ping,    ClientCall::execute,
                           ClientCall::reset,   ClientCall::close,   ClientCall::begin,
                           ClientCall::commit,  ClientCall::rollback};

constexpr std::array kinds_of_connects{
    DbErrorKind::connection_failed, DbErrorKind::permission_denied,
    DbErrorKind::resource_exhausted, DbErrorKind::busy, DbErrorKind::rejected};
constexpr std::array kinds_of_upkeep{DbErrorKind::connection_lost, DbErrorKind::rejected,
                                     DbErrorKind::permission_denied,
                                     DbErrorKind::resource_exhausted};
constexpr std::array kinds_of_statements{DbErrorKind::rejected,
                                         DbErrorKind::unique_violation,
                                         DbErrorKind::foreign_key_violation,
                                         DbErrorKind::not_null_violation,
                                         DbErrorKind::check_violation,
                                         DbErrorKind::exclusion_violation,
                                         DbErrorKind::serialization_failure,
                                         DbErrorKind::deadlock,
                                         DbErrorKind::busy,
                                         DbErrorKind::statement_outdated,
                                         DbErrorKind::syntax_error,
                                         DbErrorKind::undefined_name,
                                         DbErrorKind::permission_denied,
                                         DbErrorKind::resource_exhausted};

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view word_ends = " \t\r\n;";

constexpr std::string_view selector_rule =
    "expected a call's number (2), such a number and later (2+), or a chance of at most 1 (1/10)";

/// A word of the plan, or ";". Empty: the plan ends here.
struct Word {
  std::string_view text;
  std::size_t begin = 0;
};

/// A whole number from 1, digits only.
std::optional<std::uint32_t> number_from_one(std::string_view text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number == 0) return std::nullopt;
  return number;
}

/// "2", "2+" or "1/10".
std::optional<Selector> selector_of(std::string_view text) {
  if (text.ends_with('+')) {
    const auto first = number_from_one(text.substr(0, text.size() - 1));
    return first ? std::optional(Selector{Kind::from, *first}) : std::nullopt;
  }
  const std::size_t slash = text.find('/');
  const auto n = number_from_one(text.substr(0, slash));
  if (!n) return std::nullopt;
  if (slash == std::string_view::npos) return Selector{Kind::nth, *n};
  const auto denominator = number_from_one(text.substr(slash + 1));
  if (!denominator || *n > *denominator) return std::nullopt;
  return Selector{Kind::by_chance, *n, *denominator};
}

std::optional<ClientCall> call_of(std::string_view text) {
  const auto* const found =
      std::ranges::find(calls, text, [](ClientCall call) { return to_string(call); });
  return found == calls.end() ? std::nullopt : std::optional(*found);
}

std::optional<Effect> effect_of(std::string_view text) {
  if (text == "fails") return Effect::fails;
  if (text == "throws") return Effect::throws;
  if (text == "conflicts") return Effect::conflicts;
  if (text == "ends") return Effect::ends_transaction;
  if (text == "answers") return Effect::answers_late;
  if (text == "loses") return Effect::loses_session;  // Or the answer: the next word says.
  if (text == "takes") return Effect::takes;
  if (text == "hangs") return Effect::hangs;
  if (text == "freezes") return Effect::freezes;
  return std::nullopt;
}

/// Reads from left to right. Every step says whether it went well; the first that did not leaves
/// its sentence.
class PlanParser {
 public:
  explicit PlanParser(std::string_view text) : text_(text) {}

  std::expected<FaultPlan, std::string> plan() {
    if (text_.find_first_not_of(spaces) == std::string_view::npos) return FaultPlan{};
    while (part()) {
      const Word separator = next();
      if (separator.text.empty()) return std::move(plan_);
      if (separator.text == ";") continue;
      refuse(separator, "expected ; or the end of the plan");
      break;
    }
    return std::unexpected(std::move(error_));
  }

 private:
  bool part() {
    const Word word = next();
    if (word.text == "server") return server();
    if (word.text == "session") return death();
    if (word.text == "allocation") return allocation();
    if (const auto call = call_of(word.text)) return fault(*call);
    return refuse(word,
                  "expected connect, ping, execute, reset, close, begin, commit, rollback, "
                  "server, session or allocation");
  }

  bool fault(ClientCall call) {
    Fault fault{.call = call};
    Word word = next();
    if (!word.text.empty() && word.text.front() >= '0' && word.text.front() <= '9') {
      const auto selector = selector_of(word.text);
      if (!selector) return refuse(word, selector_rule);
      fault.selector = *selector;
      word = next();
    }
    const auto effect = effect_of(word.text);
    if (!effect)
      return refuse(word,
                    "expected fails, throws, conflicts, loses, ends, answers, takes, hangs or "
                    "freezes");
    fault.effect = *effect;
    if (!finish(fault, word)) return false;
    plan_.faults.push_back(fault);
    return true;
  }

  bool finish(Fault& fault, Word effect) {
    switch (fault.effect) {
      case Effect::takes:
        return read(fault.duration);
      case Effect::hangs:
      case Effect::freezes:
        return expect("until") && read(fault.duration);
      case Effect::conflicts:
      case Effect::loses_session:
      case Effect::loses_answer:
      case Effect::ends_transaction:
      case Effect::answers_late:
        return finish_statement(fault, effect);
      case Effect::fails:
      case Effect::throws:
      case Effect::throws_number:
        break;
    }
    if (fault.call == ClientCall::close)
      return refuse(effect, "close can neither fail nor throw: expected takes, hangs or freezes");
    if (fault.effect == Effect::throws && accept("number")) fault.effect = Effect::throws_number;
    if (fault.effect == Effect::fails && accept("with") && !read(fault.call, fault.kind))
      return false;
    return finish_time(fault);
  }

  bool finish_statement(Fault& fault, Word effect) {
    if (!is_statement(fault.call)) {
      return refuse(effect,
                    "only execute, begin, commit and rollback can conflict, lose or end "
                    "something, or answer late");
    }
    if (fault.effect == Effect::answers_late) return expect("late") && finish_time(fault);
    if (fault.effect == Effect::ends_transaction)
      return expect("transaction") && finish_time(fault);
    if (fault.effect == Effect::conflicts) return finish_time(fault);
    const Word what = next();
    if (what.text == "answer") fault.effect = Effect::loses_answer;
    const bool is_known = what.text == "answer" || what.text == "session";
    return is_known ? finish_time(fault) : refuse(what, "expected session or answer");
  }

  /// "until 3s" may follow.
  bool finish_time(Fault& fault) {
    if (!accept("until")) return true;
    const std::size_t before = at_;
    if (!read(fault.duration)) return false;
    if (fault.duration > Duration::zero()) return true;
    at_ = before;
    return refuse(next(), "a fault that is over at once never strikes");
  }

  /// Whether this is the next word, which is then read.
  bool accept(std::string_view keyword) {
    const std::size_t before = at_;
    if (next().text == keyword) return true;
    at_ = before;
    return false;
  }

  bool server() {
    Duration at{};
    const Word word = next();
    const bool turns = word.text == "turns";
    if (!turns && word.text != "restarts") return refuse(word, "expected restarts or turns");
    if ((turns && !expect("read-only")) || !expect("at") || !read(at)) return false;
    (turns ? plan_.demotions : plan_.restarts).push_back(at);
    return true;
  }

  bool death() {
    const Word word = next();
    const auto number = number_from_one(word.text);
    if (!number) return refuse(word, "expected a session's number, from 1");
    Death death{.session = *number};
    const Word how = next();
    death.is_known = how.text == "dies";
    if (!death.is_known && how.text != "vanishes") return refuse(how, "expected dies or vanishes");
    if (!expect("at") || !read(death.at)) return false;
    plan_.deaths.push_back(death);
    return true;
  }

  bool allocation() {
    const Word word = next();
    const auto number = number_from_one(word.text);
    if (!number) return refuse(word, "expected an allocation's number, from 1");
    if (plan_.failing_allocation != 0) return refuse(word, "only one allocation can fail");
    plan_.failing_allocation = *number;
    return expect("fails");
  }

  bool expect(std::string_view keyword) {
    const Word word = next();
    return word.text == keyword || refuse(word, "expected " + std::string(keyword));
  }

  bool read(Duration& duration) {
    const Word word = next();
    if (word.text.empty()) return refuse(word, "expected a duration such as 250ms");
    auto parsed = parse_duration(word.text);
    if (parsed) {
      duration = *parsed;
    } else {
      error_ = place(word) + parsed.error();
    }
    return parsed.has_value();
  }

  bool read(ClientCall call, std::optional<DbErrorKind>& kind) {
    const Word word = next();
    std::string rule;
    for (const DbErrorKind one : kinds_of_failure(call)) {
      if (word.text == poolproof::to_string(one)) kind = one;
      rule += rule.empty() ? "" : ", ";
      rule += poolproof::to_string(one);
    }
    return kind || refuse(word, std::string(to_string(call)) + " can fail with one of " + rule);
  }

  Word next() {
    const std::size_t begin = std::min(text_.find_first_not_of(spaces, at_), text_.size());
    at_ = std::min(text_.find_first_of(word_ends, begin), text_.size());
    if (at_ == begin && begin < text_.size()) ++at_;  // ";" itself
    return {text_.substr(begin, at_ - begin), begin};
  }

  bool refuse(Word word, std::string_view rule) {
    error_ = place(word) + (word.text.empty() ? "end of plan" : quotation(word.text)) + ": ";
    error_ += rule;
    return false;
  }

  /// All before the first word that is wrong is ASCII, so a byte is a character.
  static std::string place(Word word) {
    return "fault plan, character " + std::to_string(word.begin + 1) + ": ";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  FaultPlan plan_;
  std::string error_;
};

std::string print(const Selector& selector) {
  const std::string n = std::to_string(selector.n);
  switch (selector.kind) {
    case Kind::every:
      return "";
    case Kind::nth:
      return " " + n;
    case Kind::from:
      return " " + n + "+";
    case Kind::by_chance:
      return " " + n + "/" + std::to_string(selector.denominator);
  }
  return "";
}

std::string print_effect(const Fault& fault) {
  const std::string subject = std::string(to_string(fault.call)) + print(fault.selector);
  switch (fault.effect) {
    case Effect::fails:
      return subject + " fails" +
             (fault.kind ? " with " + std::string(poolproof::to_string(*fault.kind)) : "");
    case Effect::throws:
      return subject + " throws";
    case Effect::throws_number:
      return subject + " throws number";
    case Effect::freezes:
      return subject + " freezes until " + print_duration(fault.duration);
    case Effect::conflicts:
      return subject + " conflicts";
    case Effect::loses_session:
      return subject + " loses session";
    case Effect::loses_answer:
      return subject + " loses answer";
    case Effect::ends_transaction:
      return subject + " ends transaction";
    case Effect::answers_late:
      return subject + " answers late";
    case Effect::takes:
      return subject + " takes " + print_duration(fault.duration);
    case Effect::hangs:
      return subject + " hangs until " + print_duration(fault.duration);
  }
  return subject;
}

std::string print(const Fault& fault) {
  const bool is_time_said = fault.effect == Effect::takes || fault.effect == Effect::hangs ||
                            fault.effect == Effect::freezes;
  if (is_time_said || fault.duration == Duration::zero()) return print_effect(fault);
  return print_effect(fault) + " until " + print_duration(fault.duration);
}

}  // namespace

std::span<const DbErrorKind> kinds_of_failure(ClientCall call) noexcept {
  if (is_statement(call)) return kinds_of_statements;
  if (call == ClientCall::connect) return kinds_of_connects;
  if (call == ClientCall::ping || call == ClientCall::reset) return kinds_of_upkeep;
  return {};
}

std::expected<FaultPlan, std::string> FaultPlan::parse(std::string_view text) {
  return PlanParser(text).plan();
}

std::string to_string(const FaultPlan& plan) {
  std::string text;
  const auto append = [&](const std::string& part) {
    if (!text.empty()) text += "; ";
    text += part;
  };
  for (const Fault& fault : plan.faults)
    append(print(fault));
  for (const Duration restart : plan.restarts) {
    append("server restarts at " + print_duration(restart));
  }
  for (const Duration demotion : plan.demotions)
    append("server turns read-only at " + print_duration(demotion));
  for (const Death& death : plan.deaths) {
    append("session " + std::to_string(death.session) + (death.is_known ? " dies" : " vanishes") +
           " at " + print_duration(death.at));
  }
  if (plan.failing_allocation != 0) {
    append("allocation " + std::to_string(plan.failing_allocation) + " fails");
  }
  return text;
}

}  // namespace poolproof::mocks
