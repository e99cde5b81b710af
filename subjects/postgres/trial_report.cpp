#include <poolproof/subjects/postgres/trial_report.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/std_platform.h>
#include <poolproof/sim/subject/subject_adapter.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::subjects {
namespace {

std::uint32_t kills_of(const TrialResult& result) {
  std::uint32_t kills = 0;
  for (const auto& [torment, count] : result.inflicted)
    kills += is_deadly(torment) ? count : 0;
  return kills;
}

/// `durations` is sorted.
Duration percentile(const std::vector<Duration>& durations, std::size_t percent) {
  return durations[(durations.size() * percent + 99) / 100 - 1];
}

std::string recovery_line(std::string_view name, std::vector<Duration> durations) {
  if (durations.empty()) return {};
  std::ranges::sort(durations);
  return fmt::format("  {:38} {:5}   p50 {:>8}  p99 {:>8}  max {:>8}\n", name, durations.size(),
                     poolproof::to_string(percentile(durations, 50)),
                     poolproof::to_string(percentile(durations, 99)),
                     poolproof::to_string(durations.back()));
}

std::string recoveries_text(const TrialResult& result) {
  std::string text =
      "recovery, from the kill to the first commit over a session opened after it:\n";
  std::vector<Duration> all;
  for (const auto& [torment, durations] : result.recoveries) {
    text += recovery_line(to_string(torment), durations);
    all.insert(all.end(), durations.begin(), durations.end());
  }
  text += recovery_line("all", all);
  for (const auto& [torment, count] : result.inflicted) {
    if (!is_deadly(torment)) text += fmt::format("  {:38} {:5}\n", to_string(torment), count);
  }
  return text;
}

bool is_of_transactions(const sim::Law& law) {
  return law.id >= sim::LawId::atomicity && law.id <= sim::LawId::transaction_retries;
}

std::string laws_text(const TrialResult& result) {
  const sim::Capabilities promises = sim::capabilities_of<ReferenceSubject<StdPlatform>>();
  std::string judged, not_judged, unknown;
  for (const sim::Law& law : sim::laws()) {
    if (is_of_transactions(law)) continue;
    const std::string_view why = sim::not_judged(law, promises, false);
    if (!why.empty())
      not_judged += fmt::format("  {} {}: n/a, {}\n", law.label, law.name, why);
    else
      judged += fmt::format("{}{}", judged.empty() ? "" : " ", law.label);
    if (const auto count = result.unknown.of(law.id); count != 0)
      unknown += fmt::format("  {} {}: unknown for {} of {} histories\n", law.label, law.name,
                             count, result.rounds);
  }
  return fmt::format(
      "laws judged over {} histories, {} events: {}\n{}"
      "  T1 to T5, of transactions: n/a, what took effect is in the book, not in a history\n{}",
      result.rounds, result.events_judged, judged, not_judged, unknown);
}

std::string findings_text(const TrialResult& result) {
  constexpr std::size_t shown_max = 20;
  if (result.findings.empty()) return "no finding\n";
  std::string text = fmt::format("{} findings:\n", result.findings.size());
  for (const std::string& finding :
       std::span(result.findings).first(std::min(shown_max, result.findings.size())))
    text += "  " + finding + "\n";
  return text;
}

}  // namespace

std::string report(const TrialPlan& plan, const TrialResult& result, Duration took) {
  const TellerBook& book = result.book;
  return fmt::format(
             "{} threads over a pool of {}, seed {}: {} kills in {} rounds, {}\n"
             "transfers: {} committed, {} in doubt ({} of them in effect), {} tried again\n"
             "tellers met: {} lost sessions, {} statements timed out, {} acquire timeouts, {} "
             "failed"
             " connects; left {} transactions open\n"
             "cancelled: {} acquires under way, {} of them gave up; forked {} times\n"
             "sessions: {} opened, {} closed\n",
             plan.threads, plan.pool, plan.seed, kills_of(result), result.rounds,
             poolproof::to_string(took), result.committed, result.ambiguous,
             result.ambiguous_in_effect, book.refused, book.lost, book.timed_out,
             book.acquire_timeouts, book.failed_connects, book.left_open, result.cancels,
             book.cancelled, result.forks, result.sessions_opened, result.sessions_closed) +
         recoveries_text(result) + laws_text(result) + findings_text(result);
}

std::string progress_line(const TrialPlan& plan, const TrialResult& result) {
  return fmt::format("round {}: {} of {} kills, {} committed, {} findings", result.rounds,
                     kills_of(result), plan.kills, result.committed, result.findings.size());
}

}  // namespace poolproof::subjects
