#include <poolproof/sim/as_is/program.h>

#include <cassert>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/threads.h>

namespace poolproof::sim::as_is {
namespace {
constinit bool is_a_program = false;
constinit int code_of_exit = 0;

/// Whether a call that ends the process ends none of ours.
bool is_elsewhere() noexcept {
  return !is_inside() || Threads::instance().is_child();
}

int note(std::vector<Farewell>& farewells, Farewell farewell) {
  const mocks::AllocationFaults::Pause pause;
  farewells.push_back(farewell);
  return 0;
}

void call_newest_first(std::vector<Farewell>& farewells, int code) {
  while (!farewells.empty()) {
    const Farewell farewell = farewells.back();
    farewells.pop_back();
    if (farewell.with_code != nullptr)
      farewell.with_code(code, farewell.argument);
    else
      farewell.function(farewell.argument);
  }
}
}  // namespace

void say_farewell(int code) {
  call_newest_first(Threads::instance().at_exit(), code);
}

void leave_program(int code) noexcept {
  if (Threads::instance().is_child()) POOLPROOF_REAL(exit)(code);
  code_of_exit = code;
  if (is_a_program && code == 0) leave(Ending::completed, "");
  leave(Ending::crashed, "the program ended with exit code " + std::to_string(code));
}

void set_program(bool is_one) noexcept {
  is_a_program = is_one;
  code_of_exit = 0;
}

bool is_program() noexcept {
  return is_a_program;
}

int exit_code() noexcept {
  return code_of_exit;
}

}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::sim::Ending;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE void abort() noexcept {
  if (is_elsewhere()) POOLPROOF_REAL(abort)();
  leave(Ending::crashed, "task " +
                             std::to_string(static_cast<unsigned>(Engine::current().running())) +
                             " called abort()");
}
POOLPROOF_INTERPOSE void __assert_fail(const char* assertion, const char* file, unsigned line,
                                       const char* function) noexcept {
  if (is_elsewhere()) POOLPROOF_REAL(__assert_fail)(assertion, file, line, function);
  leave(Ending::crashed, std::string("assertion `") + assertion + "' failed at " + file + ":" +
                             std::to_string(line));
}
extern "C" void __assert(const char* assertion, const char* file, int line) noexcept;
POOLPROOF_INTERPOSE void __assert(const char* assertion, const char* file, int line) noexcept {
  __assert_fail(assertion, file, static_cast<unsigned>(line), "");
}
POOLPROOF_INTERPOSE void exit(int code) noexcept {
  if (!is_inside()) POOLPROOF_REAL(exit)(code);
  say_farewell(code);
  leave_program(code);
}
POOLPROOF_INTERPOSE void _exit(int code) {
  if (is_elsewhere()) POOLPROOF_REAL(_exit)(code);
  leave_program(code);
}
POOLPROOF_INTERPOSE void _Exit(int code) noexcept {
  if (is_elsewhere()) POOLPROOF_REAL(_Exit)(code);
  leave_program(code);
}
POOLPROOF_INTERPOSE void quick_exit(int code) noexcept {
  if (!is_inside()) POOLPROOF_REAL(quick_exit)(code);
  call_newest_first(Threads::instance().at_quick_exit(), code);
  if (Threads::instance().is_child()) POOLPROOF_REAL(quick_exit)(code);
  leave_program(code);
}
extern "C" int __cxa_atexit(void (*function)(void*), void* argument, void* library) noexcept;
POOLPROOF_INTERPOSE int __cxa_atexit(void (*function)(void*), void* argument,
                                     void* library) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_atexit)(function, argument, library);
  return note(Threads::instance().at_exit(), {.function = function, .argument = argument});
}
POOLPROOF_INTERPOSE int on_exit(void (*function)(int, void*), void* argument) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(on_exit)(function, argument);
  return note(Threads::instance().at_exit(), {.argument = argument, .with_code = function});
}
/// at_quick_exit calls it.
extern "C" int __cxa_at_quick_exit(void (*function)(void*), void* library) noexcept;
POOLPROOF_INTERPOSE int __cxa_at_quick_exit(void (*function)(void*), void* library) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_at_quick_exit)(function, library);
  return note(Threads::instance().at_quick_exit(), {.function = function});
}
