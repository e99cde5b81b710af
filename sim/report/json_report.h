#pragma once
// Reports for programs. No wall-clock time is in them: the same check, run to its end, gives the
// same bytes.

#include <string>

#include <poolproof/sim/report/check_report.h>

namespace poolproof::sim {

/// A check: subject, seed, verdict, each scenario, each law, what is not proved.
std::string check_json(const CheckReport& report);

/// One judged history. `subject` and `scenario` are left out when empty.
struct JudgedHistory {
  std::string subject;
  std::string scenario;
  std::string token;
  std::string explanation;
  const History& history;
  const std::vector<Violation>& violations;
  LawSet unknown;
};
std::string judged_json(const JudgedHistory& judged);

}  // namespace poolproof::sim
