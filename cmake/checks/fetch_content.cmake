# Below another project the tree builds what that one wants, needs no more for it, and installs nothing.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
file(REMOVE_RECURSE ${WORK})
must(${CMAKE_COMMAND} -S ${ROOT}/cmake/checks/fetches -B ${WORK}/build ${like_ours} ${without_sim} ${without_drivers}
  -DFETCHCONTENT_SOURCE_DIR_POOLPROOF=${ROOT})
must(${CMAKE_COMMAND} --build ${WORK}/build)
must(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --output-on-failure --no-tests=error)
must(${CMAKE_COMMAND} --install ${WORK}/build --prefix ${WORK}/prefix)
must_exist(${WORK}/prefix/bin/keeps_values)
must_not_exist(${WORK}/prefix/include ${WORK}/prefix/lib)
