# One room of the house: a library, its tests, its header check, its place in the install.
#
#   poolproof_room(core HEADERS ... SOURCES ... TESTS ... USES ... LIBRARIES ... TEST_LIBRARIES ...)
#
# makes the library poolproof_core (alias poolproof::core) and the test program core_tests. FOLDER says where it lies when
# it is not the folder of its name; PART, with what it is installed when that is not its name either.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
find_package(Threads REQUIRED)
if(POOLPROOF_DEV)
  enable_testing()
  include(GoogleTest)
  find_package(GTest REQUIRED)
endif()

# In the tree as for an installed user the include line is <poolproof/room/file.h>.
set(POOLPROOF_INCLUDE_ROOT ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${POOLPROOF_INCLUDE_ROOT})
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${POOLPROOF_INCLUDE_ROOT}/poolproof SYMBOLIC)

# Warnings belong to us, not to our users: linked privately, never exported.
add_library(poolproof_warnings INTERFACE)
target_compile_options(poolproof_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wcast-qual
  # g++ 12 sees overlapping and overlong copies in "literal" + std::string (GCC bug 105651), and deletes of what was never
  # allocated, where there are none.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-free-nonheap-object>)

add_library(poolproof_sanitizers INTERFACE)
if(POOLPROOF_SANITIZE)
  target_compile_options(poolproof_sanitizers INTERFACE
    -fsanitize=${POOLPROOF_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(poolproof_sanitizers INTERFACE -fsanitize=${POOLPROOF_SANITIZE})
endif()

# Linked last, for what ThreadSanitizer shall not watch.
add_library(poolproof_unwatched INTERFACE)
target_compile_options(poolproof_unwatched INTERFACE -fno-sanitize=thread -DPOOLPROOF_UNDER_TSAN)

function(poolproof_compiled target)
  target_compile_features(${target} PUBLIC cxx_std_23)
  # Into the one shared library that runs code as it is, too; there, and nowhere else, calls could go elsewhere.
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -fno-semantic-interposition -ftls-model=initial-exec)
  # Enough for reports to name lines of source.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-g1>)
  target_link_libraries(${target} PRIVATE
    $<BUILD_INTERFACE:poolproof_warnings> $<BUILD_INTERFACE:poolproof_sanitizers>)
endfunction()
# Tests: under a sanitizer not to optimise takes two thirds of the time to compile, or less; but files of tests that run for
# long, or whose templates do, take three times as long then, which poolproof_tests_run_long() spares them.
function(poolproof_compiled_fast target)
  if(POOLPROOF_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
function(poolproof_tests_run_long)
  if(CMAKE_UNITY_BUILD AND POOLPROOF_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES
      COMPILE_OPTIONS -O1 SKIP_UNITY_BUILD_INCLUSION ON SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
# Where several files instantiate the templates that run for long: the linker keeps what it meets first.
function(poolproof_all_tests_run_long target)
  if(CMAKE_UNITY_BUILD AND POOLPROOF_SANITIZE)
    set(optimised -Og)
    if(POOLPROOF_SANITIZE MATCHES "thread")
      set(optimised -O1)
    endif()
    target_compile_options(${target} PRIVATE ${optimised})
    set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
include(cmake/precompiled.cmake)

function(poolproof_target target)
  poolproof_compiled(${target})
  get_target_property(type ${target} TYPE)
  if(CMAKE_UNITY_BUILD AND NOT type STREQUAL "EXECUTABLE")
    target_precompile_headers(${target} REUSE_FROM poolproof_library_headers)
  endif()
endfunction()

# What a shared library exports are the names of this project, those of its insides too, which templates and inline functions of
# the headers need; instantiations of the standard library's templates are not. The library's name holds the version that
# may break its users (docs/stability.md).
function(poolproof_shared target)
  set_target_properties(${target} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.map INSTALL_RPATH $ORIGIN)
  target_link_options(${target} PRIVATE LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map)
endfunction()

function(poolproof_room name)
  cmake_parse_arguments(ROOM "" "FOLDER;PART" "HEADERS;SOURCES;TESTS;USES;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  if(NOT ROOM_FOLDER)
    set(ROOM_FOLDER ${name})
  endif()
  if(NOT ROOM_PART)
    set(ROOM_PART ${name})
  endif()
  set(target poolproof_${name})
  if(BUILD_SHARED_LIBS AND NOT ${name} STREQUAL "sim")
    add_library(${target} SHARED ${ROOM_SOURCES})
    poolproof_shared(${target})
  else()
    add_library(${target} STATIC ${ROOM_SOURCES})
  endif()
  add_library(poolproof::${name} ALIAS ${target})
  poolproof_target(${target})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_CURRENT_SOURCE_DIR}
    FILES ${ROOM_HEADERS})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${POOLPROOF_INCLUDE_ROOT}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  list(TRANSFORM ROOM_USES PREPEND poolproof:: OUTPUT_VARIABLE rooms)
  target_link_libraries(${target} PUBLIC Threads::Threads ${rooms} ${ROOM_LIBRARIES})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name}
    VERIFY_INTERFACE_HEADER_SETS ${POOLPROOF_DEV})
  poolproof_installed_library(${ROOM_PART} ${target} HEADERS_IN ${ROOM_FOLDER})
  if(POOLPROOF_DEV AND ROOM_TESTS)
    poolproof_tests(${name}_tests SOURCES ${ROOM_TESTS} USES ${name} LIBRARIES ${ROOM_TEST_LIBRARIES})
  endif()
endfunction()

# What wants no sanitizers: code as it is, and what would only take longer with them. The programs and the tests of the
# `plain` preset (script/test), which builds nothing else.
add_custom_target(plain_tests)
function(poolproof_plain_tests)
  cmake_parse_arguments(T "" "" "TARGETS;TESTS" ${ARGN})
  if(T_TARGETS)
    add_dependencies(plain_tests ${T_TARGETS})
  endif()
  if(T_TESTS)
    set_property(TEST ${T_TESTS} APPEND PROPERTY LABELS plain)
  endif()
endfunction()

function(poolproof_tests target)
  cmake_parse_arguments(T "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_executable(${target} ${T_SOURCES})
  poolproof_target(${target})
  list(TRANSFORM T_USES PREPEND poolproof::)
  target_link_libraries(${target} PRIVATE ${T_USES} ${T_LIBRARIES} GTest::gtest GTest::gtest_main)
  if(CMAKE_UNITY_BUILD)
    target_precompile_headers(${target} REUSE_FROM poolproof_test_headers)
    poolproof_compiled_fast(${target})
  endif()
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
