# For scripts that are tests: steps that must succeed, or fail with certain words.

# must(COMMAND ...): its output is in `output`.
macro(must)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " words "${ARGN}")
    message(FATAL_ERROR "${words}\nended with ${result}:\n${output}${errors}")
  endif()
  string(APPEND output "${errors}")
endmacro()

# must_refuse(<words that it says> COMMAND ...): as CMake breaks lines, any space may be a line's end.
macro(must_refuse says)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  string(REGEX REPLACE "[ \n]+" " " output "${output}${errors}")
  string(FIND "${output}" "${says}" place)
  if(result EQUAL 0 OR place EQUAL -1)
    string(REPLACE ";" " " words "${ARGN}")
    message(FATAL_ERROR "${words}\nended with ${result}, and was to fail with\n${says}\nbut said\n${output}")
  endif()
endmacro()

function(must_say says)
  string(FIND "${output}" "${says}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "expected\n${says}\nin\n${output}")
  endif()
endfunction()

function(must_exist)
  foreach(path IN LISTS ARGN)
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "${path} is missing")
    endif()
  endforeach()
endfunction()

function(must_not_exist)
  foreach(path IN LISTS ARGN)
    if(EXISTS "${path}")
      message(FATAL_ERROR "${path} is there")
    endif()
  endforeach()
endfunction()

# A build of the tree in ${WORK}/build, with the generator and compiler that the test was given.
set(like_ours -G "${GENERATOR}" -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON)
set(without_sim -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_tomlplusplus=ON -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON)
set(without_drivers -DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON -DCMAKE_DISABLE_FIND_PACKAGE_PostgreSQL=ON)
