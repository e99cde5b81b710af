# Judges a pool of your own in your ctest.
#
#   poolproof_add_conformance_test(my-pool [AS_IS] SOURCES my_subject.cpp [SUBJECT name] [ARGUMENTS --schedules 5000 ...])
#
# makes the program my-pool from SOURCES, whose main() calls poolproof::sim::run<MySubject>("my-pool", argc, argv), and
# a test of the same name that runs `my-pool check my-pool`. SUBJECT is for a program whose subject has another name;
# ARGUMENTS are handed to `check` as they are. AS_IS is for a pool of the system's own mutexes, threads and clocks, whose
# main() calls poolproof::sim::run_as_is<MySubject>(...): docs/as-it-is.md.
function(poolproof_add_conformance_test name)
  cmake_parse_arguments(POOL "AS_IS" "SUBJECT" "SOURCES;ARGUMENTS" ${ARGN})
  if(NOT POOL_SOURCES)
    message(FATAL_ERROR "poolproof_add_conformance_test(${name}): SOURCES are missing")
  endif()
  if(NOT POOL_SUBJECT)
    set(POOL_SUBJECT ${name})
  endif()
  add_executable(${name} ${POOL_SOURCES})
  if(POOL_AS_IS)
    if(NOT TARGET poolproof::as_is)
      message(FATAL_ERROR "poolproof_add_conformance_test(${name} AS_IS): this build of poolproof cannot run code as it is; it was built with a sanitizer")
    endif()
    target_link_libraries(${name} PRIVATE poolproof::as_is)  # first: its functions come before the C library's
  else()
    if(NOT TARGET poolproof::sim)
      message(FATAL_ERROR "poolproof_add_conformance_test(${name}): there is no poolproof::sim; in a tree of sources set POOLPROOF_SIM")
    endif()
    target_link_libraries(${name} PRIVATE poolproof::sim)
  endif()
  # So that steps name lines of the pool; a debug build does so already.
  target_compile_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug,RelWithDebInfo>>:-g1>)
  add_test(NAME ${name} COMMAND ${name} check ${POOL_SUBJECT} ${POOL_ARGUMENTS})
endfunction()
