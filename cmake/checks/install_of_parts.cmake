# Nothing is installed that is not built, and nothing by halves.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
file(REMOVE_RECURSE ${WORK})
set(build ${WORK}/build)
set(prefix ${WORK}/prefix)
must(${CMAKE_COMMAND} -S ${ROOT} -B ${build} ${like_ours} -DPOOLPROOF_DEV=OFF)

# Before anything is built.
must_refuse("poolproof: nothing is installed, for core is not built; build it with cmake --build ${build} --target poolproof_core"
  ${CMAKE_COMMAND} --install ${build} --prefix ${prefix})
must_not_exist(${prefix})

# The core alone, as after a build of one target.
must(${CMAKE_COMMAND} --build ${build} --target poolproof_core)
must(${CMAKE_COMMAND} --install ${build} --prefix ${prefix})
foreach(left_out mocks:allocation_faults sim:as_is drivers:drivers tools:cli)
  string(REPLACE ":" ";" left_out ${left_out})
  list(GET left_out 0 part)
  list(GET left_out 1 target)
  must_say("poolproof: left out: ${part} is not built; build it with: cmake --build ${build} --target poolproof_${target}")
endforeach()
must_exist(${prefix}/include/poolproof/core/pool/lease.h ${prefix}/share/doc/libpoolproof-dev/copyright)
must_not_exist(${prefix}/include/poolproof/mocks ${prefix}/include/poolproof/sim ${prefix}/include/poolproof/drivers
  ${prefix}/bin ${prefix}/share/poolproof)

# By name what is not there is refused.
must_refuse("poolproof: nothing is installed, for sim is not built; build it with cmake --build ${build} --target poolproof_as_is"
  ${CMAKE_COMMAND} --install ${build} --prefix ${WORK}/none --component sim)
must_not_exist(${WORK}/none)

must_refuse("poolproof: nothing is installed, for this build has no part extras, only core, mocks, sim, drivers, tools"
  ${CMAKE_COMMAND} --install ${build} --prefix ${WORK}/none --component extras)
must_not_exist(${WORK}/none)

# What was installed is whole: a project that wants the core has it, one that wants more is told so.
set(project ${ROOT}/cmake/checks/consumer_of_core)
must(${CMAKE_COMMAND} -S ${project} -B ${WORK}/consumer ${like_ours} -DCMAKE_PREFIX_PATH=${prefix} ${without_sim} ${without_drivers})
must(${CMAKE_COMMAND} --build ${WORK}/consumer)
must(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/consumer --output-on-failure --no-tests=error)
must_refuse("component mocks needs mocks, which is not installed here, only: core"
  ${CMAKE_COMMAND} -S ${ROOT}/cmake/checks/wants_part -B ${WORK}/wants_mocks ${like_ours} -DCMAKE_PREFIX_PATH=${prefix} -DPART=mocks)

# The same by pkg-config.
find_program(pkg_config pkg-config)
if(pkg_config)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/lib/pkgconfig)
  must(${pkg_config} --cflags --libs poolproof-core)
  separate_arguments(flags UNIX_COMMAND "${output}")
  must(${COMPILER} -std=c++23 ${project}/keeps_values.cpp -o ${WORK}/keeps_values ${flags})
  must(${WORK}/keeps_values)
endif()
