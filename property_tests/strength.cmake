# The properties over each mutant: those of mutants/, in the pool, and those of property_tests/mutants/, in mocks and sim. Not
# part of `all`: script/property-strength builds and runs them.
set(strength_programs ${PROJECT_BINARY_DIR}/bin/property_mutants)
set(strength_targets "")
file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/*.h ${PROJECT_SOURCE_DIR}/core/*.cpp)

# The unpatched pool's parts, for the mutants of the rest.
add_library(poolproof_pool_properties OBJECT EXCLUDE_FROM_ALL ${of_the_pool})
poolproof_target(poolproof_pool_properties)
target_link_libraries(poolproof_pool_properties PUBLIC poolproof::properties)

# pool_state_properties.cpp and RapidCheck take long to compile; a mutant need not be fast.
add_library(poolproof_property_headers OBJECT EXCLUDE_FROM_ALL ${POOLPROOF_PRECOMPILED})
poolproof_compiled(poolproof_property_headers)
target_compile_options(poolproof_property_headers PRIVATE -O1)
target_precompile_headers(poolproof_property_headers PRIVATE <algorithm> <chrono> <expected> <functional> <map> <memory>
  <string> <vector> <rapidcheck.h> <gtest/gtest.h> <rapidcheck/gtest.h> <rapidcheck/state.h>)
target_link_libraries(poolproof_property_headers PRIVATE poolproof::properties GTest::gtest)

function(poolproof_property_mutant name)
  set(target property_mutant_${name})
  add_executable(${target} EXCLUDE_FROM_ALL ${ARGN})
  poolproof_target(${target})
  target_compile_options(${target} PRIVATE -O1)
  # A mutant may have a state that a test does not know of, and a compiler's warning is not what is to catch it.
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${strength_programs}
    COMPILE_WARNING_AS_ERROR OFF)
  set(strength_targets ${strength_targets} ${target} PARENT_SCOPE)
endfunction()

file(GLOB pool_patches CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/mutants/*.patch)
foreach(patch IN LISTS pool_patches)
  get_filename_component(name ${patch} NAME_WLE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name})
  add_custom_command(OUTPUT ${folder}/main.cpp
    COMMAND ${CMAKE_COMMAND} -DPATCH=${patch} -DROOT=${PROJECT_SOURCE_DIR} -DFOLDER=${folder}
      -DPATCH_PROGRAM=${POOLPROOF_PATCH} -P ${PROJECT_SOURCE_DIR}/mutants/plant.cmake
    DEPENDS ${patch} ${core_sources} COMMENT "Planting ${name}" VERBATIM)
  poolproof_property_mutant(${name} ${of_the_pool} pool_parts.cpp)
  set_property(TARGET property_mutant_${name} APPEND PROPERTY SOURCES ${folder}/main.cpp)
  set_source_files_properties(${folder}/main.cpp PROPERTIES HEADER_FILE_ONLY ON)
  target_include_directories(property_mutant_${name} BEFORE PRIVATE ${folder}/include)
  target_precompile_headers(property_mutant_${name} REUSE_FROM poolproof_property_headers)
  target_link_libraries(property_mutant_${name} PRIVATE poolproof_promises)
endforeach()

# Each changes one source file, which is then linked before the library that has it.
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/mutants)
file(GLOB other_patches CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/mutants/*.patch)
foreach(patch IN LISTS other_patches)
  get_filename_component(name ${patch} NAME_WLE)
  file(STRINGS ${patch} changed REGEX "^\\+\\+\\+ b/")
  string(REPLACE "+++ b/" "" changed "${changed}")
  set(patched ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name}.cpp)
  add_custom_command(OUTPUT ${patched}
    COMMAND ${POOLPROOF_PATCH} --fuzz=0 --batch --silent --output=${patched} ${PROJECT_SOURCE_DIR}/${changed} ${patch}
    DEPENDS ${patch} ${PROJECT_SOURCE_DIR}/${changed} COMMENT "Planting ${name}" VERBATIM)
  poolproof_property_mutant(${name} ${patched})
  target_link_libraries(property_mutant_${name} PRIVATE poolproof_promises poolproof_pool_properties poolproof::subjects)
  add_test(NAME applies.${name} COMMAND ${POOLPROOF_PATCH} --fuzz=0 --batch --silent --dry-run
    --output=${patched}.tried ${PROJECT_SOURCE_DIR}/${changed} ${patch})
endforeach()

add_custom_target(property_mutants DEPENDS ${strength_targets})
