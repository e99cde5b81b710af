# find_package(poolproof) for those who installed it: poolproof::core, poolproof::mocks, poolproof::sim, poolproof::drivers,
# poolproof_add_conformance_test() and poolproof_instrument(). The rooms install their own libraries and headers (cmake/room.cmake).
include(cmake/conformance_test.cmake)

set(POOLPROOF_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/poolproof)

install(EXPORT poolproof-targets NAMESPACE poolproof:: DESTINATION ${POOLPROOF_PACKAGE_DIR})

configure_package_config_file(cmake/poolproofConfig.cmake.in ${PROJECT_BINARY_DIR}/poolproofConfig.cmake
  INSTALL_DESTINATION ${POOLPROOF_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/poolproofConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/poolproofConfig.cmake ${PROJECT_BINARY_DIR}/poolproofConfigVersion.cmake
  cmake/conformance_test.cmake cmake/instrument.cmake
  DESTINATION ${POOLPROOF_PACKAGE_DIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
