#include <poolproof/sim/cli/failure_folder.h>

#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/explore/search.h>
#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/report_page.h>

namespace poolproof::sim {

StepLog steps_of(const SubjectEntry& subject, const FailureReport& failure) {
  StepLog log;
  if (failure.token.empty()) return log;
  const auto token = parse_token(failure.token);
  if (token) replay(subject, token->scenario, token->schedule, &log);
  return log;
}

std::expected<void, std::string> write_failure(const std::filesystem::path& folder,
                                               const std::string& subject,
                                               const FailureReport& failure, const StepLog& log) {
  const PageSource page{.subject = subject,
                        .token = failure.token,
                        .explanation = failure.explanation,
                        .trace = {.scenario = failure.scenario,
                                  .history = failure.history,
                                  .clients = failure.clients,
                                  .violations = failure.violations},
                        .steps = log.steps()};
  auto result = ensure_writable_folder(folder);
  const auto then_write = [&](const char* name, const std::string& text) {
    if (result) result = write_text_file(folder / name, text);
  };
  if (!failure.token.empty()) then_write("failure.token", failure.token + "\n");
  if (failure.shrunk) then_write("found.token", failure.shrunk->token + "\n");
  then_write("scenario.toml", to_toml(failure.scenario));
  then_write("history.jsonl", print(failure.history));
  then_write("trace.txt", violations_text(failure.violations, failure.explanation) + "\n" +
                              print_trace(page.trace));
  then_write("trace.json", trace_events(page));
  then_write("report.html", report_page(page));
  return result;
}

}  // namespace poolproof::sim
