#include <poolproof/sim/cli/failure_folder.h>

#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/trace.h>

namespace poolproof::sim {

std::expected<void, std::string> write_failure(const std::filesystem::path& folder,
                                               const ScenarioReport& scenario) {
  const FailureReport& failure = *scenario.failure;
  const std::string trace = violations_text(failure.violations, failure.explanation) + "\n" +
                            print_trace({.scenario = failure.scenario,
                                         .history = failure.history,
                                         .clients = failure.clients,
                                         .violations = failure.violations});
  auto result = ensure_writable_folder(folder);
  const auto then_write = [&](const char* name, const std::string& text) {
    if (result) result = write_text_file(folder / name, text);
  };
  if (!failure.token.empty()) then_write("failure.token", failure.token + "\n");
  if (failure.shrunk) then_write("found.token", failure.shrunk->token + "\n");
  then_write("scenario.toml", to_toml(failure.scenario));
  then_write("history.jsonl", print(failure.history));
  then_write("trace.txt", trace);
  return result;
}

}  // namespace poolproof::sim
