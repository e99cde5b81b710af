# Runs a mutant as a user would, and expects that a law named by its patch is broken.
#
#   cmake -DPATCH=<file> -DPROGRAM=<mutant> -P caught.cmake
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${PATCH}" name REGEX "^Name: " LIMIT_COUNT 1)
file(STRINGS "${PATCH}" laws REGEX "^Law: " LIMIT_COUNT 1)
string(REPLACE "Name: " "" name "${name}")
string(REGEX MATCHALL "[A-Z][0-9]+" laws "${laws}")
list(JOIN laws "|" any_law)

# What a mutant leaks besides is nothing that it is judged by.
set(ENV{ASAN_OPTIONS} detect_leaks=0)
execute_process(COMMAND "${PROGRAM}" check ${name} --schedules 2000 --seed 1 --no-shrink
  RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT result EQUAL 1)
  message(FATAL_ERROR "${name}: exit code ${result} instead of 1\n${said}")
endif()
if(NOT said MATCHES "BROKEN in execution [0-9]+: ([^\n]*, )?(${any_law}) ")
  message(FATAL_ERROR "${name}: caught, but not by ${any_law}\n${said}")
endif()
