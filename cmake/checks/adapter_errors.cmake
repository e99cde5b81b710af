# An adapter that lacks a function does not compile, and the first error says in one line which: examples/your_own_pool.cpp is
# compiled as it is, and without each of its adapter's functions.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
file(REMOVE_RECURSE ${WORK})
file(READ ${ROOT}/examples/your_own_pool.cpp whole)
set(compile ${COMPILER} -std=c++23 -fsyntax-only -I${INCLUDE_ROOT})
must(${compile} ${ROOT}/examples/your_own_pool.cpp)

# lacks(FROM TO SAYS): with TO in place of FROM.
function(lacks from to says)
  string(FIND "${whole}" "${from}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "examples/your_own_pool.cpp has no ${from}")
  endif()
  string(REPLACE "${from}" "${to}" text "${whole}")
  file(WRITE ${WORK}/lacks.cpp "${text}")
  execute_process(COMMAND ${compile} ${WORK}/lacks.cpp RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX MATCH "error: [^\n]*" first "${output}")
  string(FIND "${first}" "${says}" place)
  if(result EQUAL 0 OR place EQUAL -1)
    message(FATAL_ERROR "expected as the first error\n${says}\nbut the compiler said\n${output}")
  endif()
endfunction()

lacks("acquire(Duration timeout) { return pool_.acquire" "take(Duration timeout) { return pool_.acquire"
  "S must have acquire(Duration) -> std::expected<Lease, Outcome>")
lacks("void release(Lease& lease)" "void give_back(Lease& lease)" "S must have release(Lease&)")
lacks("DbClient* client(Lease& lease) { return lease.get(); }" "bool client(Lease& lease) { return lease != nullptr; }"
  "S must have client(Lease&) -> DbClient*")
lacks("explicit TinySubject(const poolproof::sim::Environment<Platform>& environment)"
  "explicit TinySubject(poolproof::sim::Environment<Platform>& environment)"
  "S must have a constructor that takes const Environment<Platform>&")
