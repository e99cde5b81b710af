# Plants one patch: copies the core, patches the copy, and writes the mutant's main.cpp, which includes the copy.
#
#   cmake -DPATCH=<file> -DROOT=<source folder> -DFOLDER=<where to> -DPATCH_PROGRAM=<patch> -P plant.cmake
#
# FOLDER/include/poolproof/core is the patched copy; the other rooms there are links. With -DFOLDER= nothing is written:
# only the patch is tried.
cmake_minimum_required(VERSION 3.25)
get_filename_component(name "${PATCH}" NAME_WLE)

# Each of these is a line at the top of the patch, before the first file.
file(READ "${PATCH}" text)
string(FIND "${text}" "\n--- a/" end_of_header)
string(SUBSTRING "${text}" 0 ${end_of_header} header)
foreach(field Name Source Law What)
  if(NOT header MATCHES "(^|\n)${field}: ([^\n]+)")
    message(FATAL_ERROR "${PATCH}: the header needs a line \"${field}: ...\"")
  endif()
  set(${field} "${CMAKE_MATCH_2}")
endforeach()
# What is patched: the pool, unless there is a line "Subject: transactions".
set(template mutant.cpp.in)
if(header MATCHES "(^|\n)Subject: ([a-z]+)")
  set(template mutant_of_${CMAKE_MATCH_2}.cpp.in)
endif()
if(NOT name MATCHES "^([0-9]+-)?${Name}$")
  message(FATAL_ERROR "${PATCH}: Name: \"${Name}\": must be the file's name, without number and .patch")
endif()

set(patch_command ${PATCH_PROGRAM} --strip=1 --fuzz=0 --batch --silent "--input=${PATCH}" --reject-file=-)
if(FOLDER STREQUAL "")
  list(APPEND patch_command --dry-run --directory=${ROOT})
else()
  file(REMOVE_RECURSE "${FOLDER}/include")
  set(tree "${FOLDER}/include/poolproof")
  file(COPY "${ROOT}/core" DESTINATION "${tree}" PATTERN "*_test.cpp" EXCLUDE)
  foreach(room mocks sim subjects)
    file(CREATE_LINK "${ROOT}/${room}" "${tree}/${room}" SYMBOLIC)
  endforeach()
  list(APPEND patch_command --no-backup-if-mismatch "--directory=${tree}")
endif()

execute_process(COMMAND ${patch_command} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PATCH}: does not apply to the sources any more\n${said}")
endif()
if(NOT FOLDER STREQUAL "")
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${template} "${FOLDER}/main.cpp" @ONLY)
  file(TOUCH "${FOLDER}/main.cpp")
endif()
