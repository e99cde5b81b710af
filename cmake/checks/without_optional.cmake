# Nothing optional is there: each lack is said in one line when the tree is configured, what is installed asks for none of it, and
# who wants PostgreSQL all the same is told so.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
file(REMOVE_RECURSE ${WORK})
set(build ${WORK}/build)
must(${CMAKE_COMMAND} -S ${ROOT} -B ${build} ${like_ours} -DPOOLPROOF_DEV=ON -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
  -DPOOLPROOF_LIBDW=OFF -DCMAKE_DISABLE_FIND_PACKAGE_PostgreSQL=ON -DCMAKE_DISABLE_FIND_PACKAGE_Poco=ON
  -DPOOLPROOF_SOCI_LIBRARY=OFF -DPOOLPROOF_APR_LIBRARY=OFF -DPOOLPROOF_MEMCACHED_LIBRARY=OFF -DPOOLPROOF_MONGOC_LIBRARY=OFF
  -DPOOLPROOF_ZDB_LIBRARY=OFF -DCMAKE_DISABLE_FIND_PACKAGE_TBB=ON -DPOOLPROOF_MOODYCAMEL_INCLUDE=OFF
  -DPOOLPROOF_LOCKFREE_INCLUDE=OFF)
must_say("-- No lines of source in reports, only functions: libdw of elfutils (libdw-dev) was not found, or is off")
must_say("-- No driver of PostgreSQL: libpq (libpq-dev) was not found")
foreach(lack "soci: SOCI" "poco: Poco::Data" "poco_objects: Poco" "apr: apr_reslist" "memcached: libmemcachedutil"
    "mongoc: MongoDB's C driver" "zdb: libzdb")
  must_say("-- No subject ${lack} (lib")
endforeach()
foreach(lack tbb moodycamel lockfree)
  must_say("-- No benchmark of ${lack}: ")
endforeach()

function(must_not_have file words)
  file(READ ${file} text)
  if(text MATCHES "${words}")
    message(FATAL_ERROR "${file} says ${CMAKE_MATCH_0}")
  endif()
endfunction()
must_not_have(${build}/poolproof-sim.pc "-ldw")
must_not_have(${build}/poolproof-drivers.pc "libpq")
must_not_have(${build}/CPackConfig.cmake "libdw-dev|libpq-dev")

# The driver that is not there is a sentence; the other one works, from an install, too.
must(${CMAKE_COMMAND} --build ${build} --target drivers_tests poolproof_drivers)
must(${build}/drivers/drivers_tests)
must_say("SaysThatItHasNoPostgresWhereItWasBuiltWithoutIt")
foreach(part core drivers)
  must(${CMAKE_COMMAND} --install ${build} --prefix ${WORK}/prefix --component ${part})
endforeach()
set(from_prefix ${like_ours} -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_DISABLE_FIND_PACKAGE_PostgreSQL=ON)
set(consumer ${ROOT}/cmake/checks/consumer_of_drivers)
must(${CMAKE_COMMAND} -S ${consumer} -B ${WORK}/consumer ${from_prefix})
must(${CMAKE_COMMAND} --build ${WORK}/consumer)
must(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/consumer --output-on-failure --no-tests=error)
must_refuse("component postgres is not in this install: libpq was not found when it was built"
  ${CMAKE_COMMAND} -S ${ROOT}/cmake/checks/wants_part -B ${WORK}/wants_postgres ${from_prefix} -DPART=postgres)
