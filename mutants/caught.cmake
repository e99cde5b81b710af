# Looks for the bug of a mutant as `poolproof detect` does, under five seeds. Each must find it, and one of them break a
# law that the patch names: which law speaks first depends on the seed.
#
#   cmake -DPATCH=<file> -DPROGRAM=<mutant> -P caught.cmake
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${PATCH}" name REGEX "^Name: " LIMIT_COUNT 1)
file(STRINGS "${PATCH}" laws REGEX "^Law: " LIMIT_COUNT 1)
string(REPLACE "Name: " "" name "${name}")
string(REGEX MATCHALL "[LT][0-9]+" laws "${laws}")
list(JOIN laws "|" any_law)

# What a mutant leaks besides is nothing that it is judged by.
set(ENV{ASAN_OPTIONS} detect_leaks=0)
execute_process(COMMAND "${PROGRAM}" detect ${name} --strategy random --seeds 5
  RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
string(REGEX MATCHALL "seed [0-9]+ +[LT][^\n]* after " found "${said}")
list(LENGTH found seeds)
if(NOT result EQUAL 1 OR NOT seeds EQUAL 5)
  message(FATAL_ERROR "${name}: exit code ${result} instead of 1, found under ${seeds} seeds instead of 5\n${said}")
endif()
if(NOT said MATCHES "seed [0-9]+ +([LT][0-9]+ )*(${any_law}) ")
  message(FATAL_ERROR "${name}: caught, but not by ${any_law}\n${said}")
endif()
