# Runs the recipe's steps as they are, with a stand-in for Conan, and builds a project against what comes of it.
cmake_minimum_required(VERSION 3.25)
include(${ROOT}/cmake/checks/steps.cmake)
file(REMOVE_RECURSE ${WORK})
find_program(python3 python3 REQUIRED)
must(${python3} -B ${CMAKE_CURRENT_LIST_DIR}/stand_in.py ${CMAKE_CURRENT_LIST_DIR}/conanfile.py ${ROOT} ${WORK}/build ${WORK}/prefix
  ${CMAKE_COMMAND} ${like_ours} ${without_sim} ${without_drivers})
must(${CMAKE_COMMAND} -S ${ROOT}/cmake/checks/consumer_of_core -B ${WORK}/consumer ${like_ours}
  -DCMAKE_PREFIX_PATH=${WORK}/prefix ${without_sim} ${without_drivers})
must(${CMAKE_COMMAND} --build ${WORK}/consumer)
must(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/consumer --output-on-failure --no-tests=error)
