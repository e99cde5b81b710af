// The environment says which mutant it is: it reaches programs whose command lines are others'.

#include <cstdlib>

#include <poolproof/mutants/schemata/switch.h>

namespace poolproof::mutants {
namespace {

[[maybe_unused]] const bool is_chosen = [] {
  const char* number = std::getenv("POOLPROOF_MUTANT");
  if (number != nullptr) active = std::atoi(number);
  return number != nullptr;
}();

}  // namespace
}  // namespace poolproof::mutants
