# Looks for what no compiler refuses: includes against the arrows between the rooms, calls that would make two runs
# differ, files and lines that have grown too long. Fails with one line for each finding.
#
#   cmake -DROOT=<source folder> -P tidy.cmake
cmake_minimum_required(VERSION 3.25)
get_filename_component(ROOT "${ROOT}" ABSOLUTE)

set(line_bytes_max 100)
set(file_lines_max 400)

# core <- mocks <- sim <- everything else; drivers speak to core alone.
set(may_include_core core)
set(may_include_mocks core mocks)
set(may_include_sim core mocks sim)
set(may_include_drivers core drivers)
set(may_include_property_tests core mocks sim drivers subjects property_tests)
set(may_include_fuzz core property_tests fuzz)
set(may_include_subjects core mocks sim drivers subjects)  # the reference pool over a real server, too
set(may_include_mutants core mocks sim subjects mutants)
set(may_include_bench core mocks sim drivers subjects bench)
set(may_include_examples core mocks sim drivers examples)
set(rooms core mocks sim drivers property_tests fuzz subjects mutants bench examples)
set(standard_only core mocks)

# ban(<label> <rooms> <regular expression> <what to do instead>). Comments are not searched.
set(bans "")
macro(ban label in_rooms regex instead)
  list(APPEND bans ${label})
  set(ban_rooms_${label} ${in_rooms})
  set(ban_regex_${label} "${regex}")
  set(ban_instead_${label} "${instead}")
endmacro()

set(repeatable core mocks sim)
ban(clock "${repeatable}"
  "steady_clock|system_clock|high_resolution_clock|clock_gettime|gettimeofday|timespec_get|std::time[(]|[^a-zA-Z0-9_]time[(](0|NULL|nullptr|&)"
  "read the poolproof::Clock that is handed in")
ban(sleep "${repeatable}" "this_thread::sleep|[^a-z_]usleep[(]|nanosleep[(]|[^a-zA-Z0-9_.>]sleep[(][0-9]"
  "wait with Clock::sleep_until")
ban(chance "${repeatable}"
  "std::s?rand[(]|random_device|mt19937|minstd_rand|default_random_engine|_distribution *[<({]|std::shuffle|random_shuffle|std::sample"
  "draw from poolproof::Rng, which gives the same numbers everywhere")
ban(hash-order "${repeatable}" "unordered_(multi)?(map|set)"
  "use std::map, std::set or a sorted std::vector, whose order does not depend on addresses")
ban(thread core "thread_local|std::this_thread|pthread_self"
  "use the Platform's, which knows simulated threads")
ban(assert "${rooms}" "(^|[^a-zA-Z0-9_])assert[(]" "use ensure(fact), which is on in every build")
ban(skipped-test "${rooms}" "DISABLED_|GTEST_SKIP" "make the test run, or delete it")

# allow(<path> <label> <reason>)
macro(allow path label reason)
  list(APPEND allowed "${path}:${label}")
endmacro()
allow(core/clock.cpp clock "SteadyClock is where the machine's clock comes in")
allow(core/clock.cpp sleep "and where waiting on it is done")
allow(core/clock.cpp thread "of the real threads that it puts to sleep")
allow(core/clock.cpp include "the machine's coarse clock has no name in the standard library")
allow(core/pool/std_platform.h thread "StdPlatform is the standard library under the Platform's names")
allow(core/pool/std_platform.h sleep "likewise")
foreach(path sim_timeout.h sim_timeout.cpp sim_mutexes_test.cpp)
  allow(sim/engine/${path} clock "it tells what the standard library does with a clock, and reads none")
endforeach()

file(GLOB programs RELATIVE "${ROOT}" "${ROOT}/sim/as_is/programs/*.cpp")
foreach(path IN LISTS programs)
  foreach(label clock sleep chance assert)
    allow(${path} ${label} "a program as its author wrote it, who knows nothing of this library")
  endforeach()
endforeach()

allow(sim/judge/damaged_history_test.cpp line "a line of a history, or a sentence about one, stands whole as it is printed")
allow(sim/judge/history_json_test.cpp line "likewise")

function(complain path line_number message)
  set_property(GLOBAL APPEND_STRING PROPERTY findings "${path}:${line_number}: ${message}\n")
endfunction()

function(check_include path room number line)
  if(line MATCHES "^ *# *include *\"")
    complain(${path} ${number} "quotes around an include: write <poolproof/room/file.h>")
  elseif(line MATCHES "^ *# *include *<poolproof/([a-z_]+)/")
    if(NOT CMAKE_MATCH_1 IN_LIST may_include_${room})
      list(JOIN may_include_${room} ", " allowed_rooms)
      complain(${path} ${number} "${room} must not include ${CMAKE_MATCH_1}, only: ${allowed_rooms}")
    endif()
  elseif(room IN_LIST standard_only AND NOT "${path}:include" IN_LIST allowed
      AND NOT path MATCHES "_(test|properties)\\.cpp$" AND line MATCHES "^ *# *include *<[^>]*[./]")
    complain(${path} ${number} "${room} uses the standard library only")
  endif()
endfunction()

function(check_line path room number line)
  string(LENGTH "${line}" bytes)
  if(bytes GREATER line_bytes_max AND NOT "${path}:line" IN_LIST allowed)
    complain(${path} ${number} "${bytes} bytes in a line: break it, the limit is ${line_bytes_max}")
  endif()
  if(line MATCHES "TODO|FIXME" AND NOT line MATCHES "(TODO|FIXME)\\(#[0-9]+\\)")
    complain(${path} ${number} "TODO or FIXME without an issue: write TODO(#12), or do it")
  endif()
  check_include(${path} ${room} ${number} "${line}")
  string(REGEX REPLACE "//.*" "" code "${line}")
  foreach(label IN LISTS bans)
    if(room IN_LIST ban_rooms_${label} AND NOT "${path}:${label}" IN_LIST allowed
        AND code MATCHES "${ban_regex_${label}}")
      complain(${path} ${number} "${CMAKE_MATCH_0} (${label}): ${ban_instead_${label}}")
    endif()
  endforeach()
endfunction()

foreach(code RANGE 1 4)
  string(ASCII ${code} stand_in_${code})
endforeach()

# Splits the file into a list, with stand-ins for the characters that lists give a meaning to.
function(check_file path room)
  file(READ "${ROOT}/${path}" text)
  string(REPLACE "\\" "${stand_in_1}" text "${text}")
  string(REPLACE ";" "${stand_in_2}" text "${text}")
  string(REPLACE "[" "${stand_in_3}" text "${text}")
  string(REPLACE "]" "${stand_in_4}" text "${text}")
  string(REPLACE "\n" ";" lines "${text}")
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line STREQUAL "")
      continue()
    endif()
    string(REPLACE "${stand_in_1}" "\\" line "${line}")
    string(REPLACE "${stand_in_2}" ";" line "${line}")
    string(REPLACE "${stand_in_3}" "[" line "${line}")
    string(REPLACE "${stand_in_4}" "]" line "${line}")
    check_line(${path} ${room} ${number} "${line}")
  endforeach()
  math(EXPR number "${number} - 1")  # Behind the last newline there is no line.
  if(number GREATER file_lines_max)
    complain(${path} ${number} "${number} lines in a file: cut it in two, the limit is ${file_lines_max}")
  endif()
endfunction()

set(files_checked 0)
foreach(room IN LISTS rooms)
  file(GLOB_RECURSE paths RELATIVE "${ROOT}" "${ROOT}/${room}/*.h" "${ROOT}/${room}/*.cpp")
  foreach(path IN LISTS paths)
    check_file(${path} ${room})
    math(EXPR files_checked "${files_checked} + 1")
  endforeach()
endforeach()

get_property(findings GLOBAL PROPERTY findings)
if(findings)
  message("${findings}")
  message(FATAL_ERROR "tidy: the lines above break a rule; an exception needs its reason in cmake/checks/tidy.cmake")
elseif(files_checked EQUAL 0)
  message(FATAL_ERROR "tidy: no file found under ${ROOT}")
endif()
message("tidy: ${files_checked} files, nothing to say")
