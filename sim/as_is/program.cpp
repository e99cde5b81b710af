#include <poolproof/sim/as_is/program.h>

#include <string>

#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/threads.h>

namespace poolproof::sim::as_is {
namespace {
constinit bool is_a_program = false;
constinit int code_of_exit = 0;
}  // namespace

void say_farewell() {
  auto& farewells = Threads::instance().at_exit();
  while (!farewells.empty()) {
    const Farewell farewell = farewells.back();
    farewells.pop_back();
    farewell.function(farewell.argument);
  }
}

void leave_program(int code) noexcept {
  code_of_exit = code;
  if (is_a_program && code == 0) leave(Ending::completed, "");
  leave(Ending::crashed, "the program ended with exit code " + std::to_string(code));
}

void set_program(bool is_program) noexcept {
  is_a_program = is_program;
  code_of_exit = 0;
}

int exit_code() noexcept {
  return code_of_exit;
}

}  // namespace poolproof::sim::as_is
