// What an exhaustive search says of itself, in words.

#include <poolproof/sim/report/check_report.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

/// Two digits are as much as such an estimate is good for.
std::string about(double number) {
  if (number >= 1e15) return fmt::format("about {:.1e}", number);
  const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(number)) - 1));
  return "about " +
         grouped(static_cast<std::uint64_t>(std::llround(number / unit) * std::llround(unit)));
}

}  // namespace

std::string exhaustive_words(const ScenarioReport& scenario) {
  const ExhaustiveReport& search = *scenario.exhaustive;
  if (search.is_unsteady)
    return "given up: the same choices did not lead to the same execution again";
  std::string words;
  if (search.is_complete) {
    words =
        search.reduces ? "held; complete, up to the order of independent steps" : "held; complete";
  } else if (search.is_bound_done && search.preemptions) {
    words = fmt::format("held so far; complete for up to {}",
                        number_of(*search.preemptions, "preemption"));
  } else {
    words = fmt::format("held so far; about {:.1f} % done", 100 * search.share_done);
    if (search.preemptions)
      words += fmt::format(" of up to {}", number_of(*search.preemptions, "preemption"));
  }
  if (search.unreduced_estimate > 0)
    words += fmt::format("; {} without reduction (estimated)", about(search.unreduced_estimate));
  if (!search.trouble.empty()) words += "; no way to go on: " + search.trouble;
  return words;
}

}  // namespace poolproof::sim
