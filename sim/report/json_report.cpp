#include <poolproof/sim/report/json_report.h>

#include <nlohmann/json.hpp>

#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/coverage_report.h>

namespace poolproof::sim {
namespace {

using Json = nlohmann::ordered_json;
using Status = ScenarioReport::Status;

std::string printed(const Json& json) {
  // What is no UTF-8 (a file's name, say) is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const std::vector<Violation>& violations) {
  Json list = Json::array();
  for (const Violation& violation : violations) {
    const Law& broken = law(violation.law);
    list.push_back({{"law", broken.label},
                    {"name", broken.name},
                    {"promise", broken.promise},
                    {"sentence", violation.sentence},
                    {"events", violation.events}});
  }
  return list;
}

Json to_json(const ShrunkSize& size) {
  return {{"clients", size.clients},
          {"operations", size.operations},
          {"preemptions", size.preemptions}};
}

Json to_json(const ShrinkReport& shrunk) {
  return {
      {"executions", shrunk.executions},      {"size", to_json(shrunk.after)},
      {"found_size", to_json(shrunk.before)}, {"found_token", shrunk.token},
      {"found_with", shrunk.command},         {"found_violations", to_json(shrunk.violations)}};
}

Json to_json(const FailureReport& failure) {
  Json json{{"execution", failure.execution}};
  if (!failure.token.empty()) json["token"] = failure.token;
  if (!failure.explanation.empty()) json["explanation"] = failure.explanation;
  json["violations"] = to_json(failure.violations);
  if (failure.shrunk) json["shrunk"] = to_json(*failure.shrunk);
  return json;
}

Json to_json(const ExhaustiveReport& exhaustive) {
  Json json{{"complete", exhaustive.is_complete},
            {"reduced", exhaustive.reduces},
            {"redundant", exhaustive.redundant},
            {"share_done", exhaustive.share_done}};
  if (exhaustive.preemptions) json["preemptions"] = *exhaustive.preemptions;
  if (exhaustive.unreduced_estimate > 0)
    json["unreduced_estimate"] = exhaustive.unreduced_estimate;
  if (!exhaustive.state_file.empty()) json["state_file"] = exhaustive.state_file;
  return json;
}

Json coverage_of(const ScenarioReport& scenario) {
  Json json{{"executions", scenario.coverage->executions},
            {"interleavings", scenario.coverage->distinct}};
  if (!scenario.exhaustive) json["new_in_last_tenth"] = scenario.coverage->new_in_last_tenth;
  return json;
}

Json to_json(const std::vector<GroupCoverage>& groups) {
  Json json = Json::object();
  for (const GroupCoverage& group : groups) {
    json[std::string(to_string(group.group))] = {{"exercised", group.exercised},
                                                 {"never", group.never}};
  }
  return json;
}

Json to_json(const ScenarioReport& scenario) {
  Json json{{"name", scenario.scenario.name}, {"status", to_string(scenario.status)}};
  if (scenario.status == Status::not_applicable) json["needs"] = scenario.missing;
  if (scenario.status == Status::not_applicable || scenario.status == Status::not_begun)
    return json;
  if (!scenario.left_out.empty()) json["without"] = scenario.left_out;
  json["schedules"] = scenario.schedules;
  // How many more were seen beside a failure is up to the other workers.
  if (scenario.status != Status::broken) json["interleavings"] = scenario.interleavings;
  json["next"] = scenario.next;
  if (scenario.exhaustive) json["exhaustive"] = to_json(*scenario.exhaustive);
  if (scenario.coverage) json["coverage"] = coverage_of(scenario);
  if (scenario.failure) json["failure"] = to_json(*scenario.failure);
  return json;
}

Json to_json(const std::vector<LawVerdict>& verdicts) {
  Json list = Json::array();
  for (const LawVerdict& verdict : verdicts) {
    Json json{{"law", verdict.law->label},
              {"name", verdict.law->name},
              {"status", to_string(verdict.status)}};
    if (!verdict.why.empty()) {
      json[verdict.status == LawVerdict::Status::broken ? "scenarios" : "why"] = verdict.why;
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

std::string check_json(const CheckReport& report) {
  Json scenarios = Json::array();
  for (const ScenarioReport& scenario : report.scenarios)
    scenarios.push_back(to_json(scenario));
  Json json{{"subject", report.subject},
            {"order", to_string(report.capabilities.order)},
            {"declined", declined_words(report.capabilities)},
            {"threads", report.virtual_time ? "sim" : "real"},
            {"strategy", report.strategy},
            {"seed", report.seed},
            {"verdict", verdict_word(report)},
            {"scenarios", scenarios},
            {"laws", to_json(law_verdicts(report))}};
  if (has_coverage(report)) json["coverage"] = to_json(group_coverage(report));
  json["not_proved"] = not_proved(report);
  return printed(json);
}

std::string judged_json(const JudgedHistory& judged) {
  Json json = Json::object();
  if (!judged.subject.empty()) json["subject"] = judged.subject;
  if (!judged.scenario.empty()) json["scenario"] = judged.scenario;
  if (!judged.token.empty()) json["token"] = judged.token;
  const std::string_view kept = judged.unknown.empty() ? "held" : "unknown";
  json["verdict"] = judged.violations.empty() ? kept : "broken";
  if (!judged.explanation.empty()) json["explanation"] = judged.explanation;
  json["violations"] = to_json(judged.violations);
  json["laws"] = to_json(law_verdicts(judged.history, judged.violations, judged.unknown));
  return printed(json);
}

}  // namespace poolproof::sim
