#include <poolproof/sim/report/program_name.h>

#include <utility>

namespace poolproof::sim {
namespace {

std::string& name() {
  static std::string called = "poolproof";
  return called;
}

}  // namespace

const std::string& program_name() {
  return name();
}

void set_program_name(std::string called) {
  name() = std::move(called);
}

}  // namespace poolproof::sim
