# The headers of the standard library and of GoogleTest are parsed once for all libraries, and once for all tests: in the
# presets that are built fast only, where that is a fifth of the time. `release` parses each file as it is written.
# A target whose options change what these headers say sets DISABLE_PRECOMPILE_HEADERS, a file SKIP_PRECOMPILE_HEADERS.
set(POOLPROOF_COMMON_HEADERS <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <cstring> <deque> <expected>
  <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <set> <source_location> <span> <sstream> <stdexcept>
  <string> <string_view> <thread> <utility> <variant> <vector>)
set(POOLPROOF_PRECOMPILED ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)

if(CMAKE_UNITY_BUILD)
  add_library(poolproof_library_headers OBJECT ${POOLPROOF_PRECOMPILED})
  poolproof_compiled(poolproof_library_headers)
  target_precompile_headers(poolproof_library_headers PRIVATE ${POOLPROOF_COMMON_HEADERS})
  if(POOLPROOF_DEV)
    add_executable(poolproof_test_headers ${POOLPROOF_PRECOMPILED})
    poolproof_compiled(poolproof_test_headers)
    poolproof_compiled_fast(poolproof_test_headers)
    target_link_libraries(poolproof_test_headers PRIVATE GTest::gtest)
    target_precompile_headers(poolproof_test_headers PRIVATE ${POOLPROOF_COMMON_HEADERS} <gtest/gtest.h>)
  endif()
endif()
