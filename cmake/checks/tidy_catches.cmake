# Plants one offence of each kind in a folder of its own and expects tidy to name each, with its line, and nothing else.
#
#   cmake -DBAD_ROOT=<folder to make> -P tidy_catches.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${BAD_ROOT}")
set(expected "")

# The offence is the second line of `path`.
function(plant path line message)
  file(WRITE "${BAD_ROOT}/${path}" "#pragma once\n${line}\n")
  list(APPEND expected "${path}:2: ${message}")
  set(expected "${expected}" PARENT_SCOPE)
endfunction()

set(clock "(clock): read the poolproof::Clock that is handed in")
set(sleep "(sleep): wait with Clock::sleep_until")
set(chance "(chance): draw from poolproof::Rng, which gives the same numbers everywhere")
set(order "(hash-order): use std::map, std::set or a sorted std::vector, whose order does not depend on addresses")
set(thread "(thread): use the Platform's, which knows simulated threads")
set(skipped "(skipped-test): make the test run, or delete it")

plant(core/quotes.h "#include \"rng.h\"" "quotes around an include: write <poolproof/room/file.h>")
plant(core/arrow.h "#include <poolproof/mocks/manual_clock.h>" "core must not include mocks, only: core")
plant(mocks/arrow.h "#include <poolproof/sim/engine/engine.h>" "mocks must not include sim, only: core, mocks")
plant(sim/arrow.h "#include <poolproof/subjects/reference.h>" "sim must not include subjects, only: core, mocks, sim")
plant(drivers/arrow.h "#include <poolproof/sim/judge/law.h>" "drivers must not include sim, only: core, drivers")
plant(core/foreign.cpp "#include <fmt/format.h>" "core uses the standard library only")
plant(core/clock_1.cpp "auto now = std::chrono::steady_clock::now()\;" "steady_clock ${clock}")
plant(sim/clock_2.cpp "auto now = system_clock::now()\;" "system_clock ${clock}")
plant(sim/clock_3.cpp "auto now = std::chrono::high_resolution_clock::now()\;" "high_resolution_clock ${clock}")
plant(sim/clock_4.cpp "clock_gettime(CLOCK_REALTIME, &now)\;" "clock_gettime ${clock}")
plant(mocks/clock_5.cpp "gettimeofday(&now, nullptr)\;" "gettimeofday ${clock}")
plant(sim/clock_6.cpp "const auto seed = std::time(nullptr)\;" "std::time( ${clock}")
plant(sim/sleep_1.cpp "  std::this_thread::sleep_for(pause)\;" "this_thread::sleep ${sleep}")
plant(sim/sleep_2.cpp "  ::nanosleep(&pause, nullptr)\;" "nanosleep( ${sleep}")
plant(mocks/sleep_3.cpp "  ::usleep(10)\;" ":usleep( ${sleep}")
plant(sim/chance_1.cpp "int n = std::rand()\;" "std::rand( ${chance}")
plant(core/chance_2.cpp "std::random_device seed\;" "random_device ${chance}")
plant(sim/chance_3.cpp "std::uniform_int_distribution<int> die(1, 6)\;" "_distribution< ${chance}")
plant(sim/chance_4.cpp "std::shuffle(all.begin(), all.end(), rng)\;" "std::shuffle ${chance}")
plant(sim/order_1.cpp "std::unordered_map<int, int> seen\;" "unordered_map ${order}")
plant(core/order_2.cpp "std::unordered_multiset<int> seen\;" "unordered_multiset ${order}")
plant(core/thread_1.cpp "thread_local int depth = 0\;" "thread_local ${thread}")
plant(core/thread_2.cpp "const auto id = std::this_thread::get_id()\;" "std::this_thread ${thread}")
plant(bench/assert.cpp "assert(is_open)\;" "assert( (assert): use ensure(fact), which is on in every build")
plant(sim/skipped_1_test.cpp "TEST(Pool, DISABLED_Waits) {}" "DISABLED_ ${skipped}")
plant(property_tests/skipped_2.cpp "  GTEST_SKIP()\;" "GTEST_SKIP ${skipped}")
plant(examples/todo.cpp "// TODO: finish" "TODO or FIXME without an issue: write TODO(#12), or do it")
string(REPEAT "x" 99 long)
plant(subjects/long_line.cpp "//${long}" "101 bytes in a line: break it, the limit is 100")
string(REPEAT "\n" 400 many)
file(WRITE "${BAD_ROOT}/core/long_file.cpp" "${many}\n")
list(APPEND expected "core/long_file.cpp:401: 401 lines in a file: cut it in two, the limit is 400")

# What looks like an offence and is none.
string(REPEAT "\n" 399 enough)
file(WRITE "${BAD_ROOT}/core/innocent.h" "#pragma once
// Unlike std::rand() and steady_clock this comment harms nobody. TODO(#7): nor does this.
#include <poolproof/core/rng.h>
static_assert(sizeof(int) == 4)\;
const char* text = \"a;b[c]\\\\\"\;
")
file(WRITE "${BAD_ROOT}/core/enough.h" "${enough}\n")
file(WRITE "${BAD_ROOT}/core/innocent_test.cpp" "#include <gtest/gtest.h>\n")
file(WRITE "${BAD_ROOT}/bench/clock.cpp" "auto now = std::chrono::steady_clock::now()\;\n")

execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${BAD_ROOT} -P ${CMAKE_CURRENT_LIST_DIR}/tidy.cmake
  RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
if(status EQUAL 0)
  message(FATAL_ERROR "tidy passed a bad tree:\n${out}")
endif()
foreach(finding IN LISTS expected)
  string(FIND "\n${out}" "\n${finding}\n" at)
  if(at EQUAL -1)
    message(SEND_ERROR "tidy did not say\n  ${finding}")
  endif()
  string(REPLACE "${finding}\n" "" out "${out}")
endforeach()
if(out MATCHES "[a-z_]+/[a-z_0-9]+\\.(h|cpp):[0-9]+: [^\n]*")
  message(SEND_ERROR "tidy said, for no reason,\n  ${CMAKE_MATCH_0}")
endif()
