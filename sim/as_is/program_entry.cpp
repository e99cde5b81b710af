// Where the C library would call main.

#include <poolproof/sim/as_is/program_entry.h>

#include <unistd.h>

#include <cstdlib>
#include <utility>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/modules.h>
#include <poolproof/sim/as_is/program.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/cli/program_command.h>

namespace poolproof::sim::as_is {
namespace {

using Main = int (*)(int, char**, char**);
constinit Main programs_main = nullptr;

/// Programs change what they are called with: each execution has words of its own.
int call_main(const std::vector<std::string>& command) {
  std::vector<std::string> words = command;
  std::vector<char*> pointers;
  for (std::string& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return programs_main(static_cast<int>(words.size()), pointers.data(), environ);
}

/// Where main ends its thread by pthread_exit, the program ends with the last of the others.
[[noreturn]] void run_program(const std::vector<std::string>& command) {
  struct Call {
    const std::vector<std::string>& command;
    int code = 0;
    bool has_returned = false;
  } call{command};
  run_thread(
      [](void* argument) -> void* {
        auto& main = *static_cast<Call*>(argument);
        main.code = call_main(main.command);
        main.has_returned = true;
        return nullptr;
      },
      &call);
  Threads::instance().bid_farewell();
  if (!call.has_returned) Threads::instance().wait_for_others();
  say_farewell(call.code);
  leave_program(call.code);
}

int instead_of_main(int argc, char** argv, char**) {
  Threads::instance().harness_begins();
  const std::string words = std::getenv(program_variable);
  // What the program starts is not to be tried.
  ::unsetenv(program_variable);
  ::unsetenv("LD_PRELOAD");
  ::unsetenv("LD_BIND_NOW");
  set_program(true);
  ProgramUnderTest program{
      .path = loaded_modules().front().name,
      .command = {argv, argv + argc},
      .body = [command = std::vector<std::string>(argv, argv + argc)] { run_program(command); }};
  return static_cast<int>(try_program(words, std::move(program)));
}

}  // namespace
}  // namespace poolproof::sim::as_is

extern "C" int __libc_start_main(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(),
                                 void (*)(), void*);

POOLPROOF_INTERPOSE int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv,
                                          void (*begin)(), void (*end)(), void (*linker_end)(),
                                          void* stack_end) {
  using namespace poolproof::sim::as_is;
  const bool is_to_be_tried = std::getenv(poolproof::sim::program_variable) != nullptr;
  programs_main = main;
  return POOLPROOF_REAL(__libc_start_main)(is_to_be_tried ? &instead_of_main : main, argc, argv,
                                           begin, end, linker_end, stack_end);
}
