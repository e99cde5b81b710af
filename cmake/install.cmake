# find_package(poolproof) for those who installed it: poolproof::core, poolproof::mocks, poolproof::sim, poolproof::drivers,
# poolproof_add_conformance_test() and poolproof_instrument(). The rooms install their own libraries and headers
# (cmake/room.cmake); which of them are, cmake/components.cmake says. This is what each part has beside them.
if(NOT POOLPROOF_INSTALL)
  return()
endif()

set(POOLPROOF_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/poolproof)
set(POOLPROOF_DOC_DIR ${CMAKE_INSTALL_DATAROOTDIR}/doc)

# After the last part, since it says what they have.
function(poolproof_configure_package)
  if(NOT POOLPROOF_HAS_LIBPQ)
    set(POOLPROOF_HAS_LIBPQ FALSE)
  endif()
  configure_package_config_file(cmake/poolproofConfig.cmake.in ${PROJECT_BINARY_DIR}/poolproofConfig.cmake
    INSTALL_DESTINATION ${POOLPROOF_PACKAGE_DIR})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/poolproofConfigVersion.cmake COMPATIBILITY SameMinorVersion)
endfunction()

function(poolproof_install_part part)
  install(EXPORT poolproof-${part}-targets NAMESPACE poolproof:: DESTINATION ${POOLPROOF_PACKAGE_DIR}
    COMPONENT ${part})
endfunction()

function(poolproof_install_core)
  poolproof_install_part(core)
  poolproof_pkg_config(core "a database connection pool" LIBRARIES poolproof_core)
  install(FILES ${PROJECT_BINARY_DIR}/poolproofConfig.cmake ${PROJECT_BINARY_DIR}/poolproofConfigVersion.cmake
    DESTINATION ${POOLPROOF_PACKAGE_DIR} COMPONENT core)
  install(FILES LICENSE DESTINATION ${POOLPROOF_DOC_DIR}/libpoolproof-dev RENAME copyright COMPONENT core)
endfunction()

function(poolproof_install_mocks)
  poolproof_install_part(mocks)
  poolproof_pkg_config(mocks "a database that fails as planned, for tests" REQUIRES poolproof-core
    LIBRARIES poolproof_allocation_faults poolproof_mocks)
endfunction()

function(poolproof_install_drivers)
  poolproof_install_part(drivers)
  set(databases sqlite3)
  if(POOLPROOF_HAS_LIBPQ)
    list(APPEND databases libpq)
  endif()
  poolproof_pkg_config(drivers "SQLite and PostgreSQL behind poolproof's pool" REQUIRES poolproof-core ${databases}
    LIBRARIES poolproof_drivers poolproof_sqlite poolproof_postgres)
endfunction()

function(poolproof_install_sim)
  poolproof_install_part(sim)
  poolproof_pkg_config(sim "proves a connection pool right, or shows the schedule that breaks it"
    REQUIRES poolproof-mocks fmt tomlplusplus LIBRARIES poolproof_sim poolproof_allocation_faults boost_context
    ${POOLPROOF_DEBUG_INFO})
  install(FILES cmake/conformance_test.cmake cmake/instrument.cmake DESTINATION ${POOLPROOF_PACKAGE_DIR}
    COMPONENT sim)
endfunction()

# The program stands alone: it has its own copy of the library that it runs programs with.
function(poolproof_install_tools)
  file(RELATIVE_PATH to_libraries /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  if(BUILD_SHARED_LIBS)
    set_property(TARGET poolproof_cli APPEND PROPERTY INSTALL_RPATH "$ORIGIN/${to_libraries}")
  endif()
  install(TARGETS poolproof_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
  if(TARGET poolproof_as_is)
    install(FILES $<TARGET_FILE:poolproof_as_is> DESTINATION ${CMAKE_INSTALL_LIBDIR}/poolproof COMPONENT tools)
    file(RELATIVE_PATH from_program /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR}/poolproof)
    set_property(TARGET poolproof_cli APPEND PROPERTY INSTALL_RPATH "$ORIGIN/${from_program}")
  endif()
  install(DIRECTORY sim/scenario/library/ DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/poolproof/scenarios
    COMPONENT tools FILES_MATCHING PATTERN *.toml)
  install(DIRECTORY docs/ DESTINATION ${POOLPROOF_DOC_DIR}/poolproof/docs COMPONENT tools
    FILES_MATCHING PATTERN *.md PATTERN *.png PATTERN site EXCLUDE)
  # To which the pages lead.
  install(DIRECTORY examples/ DESTINATION ${POOLPROOF_DOC_DIR}/poolproof/examples COMPONENT tools
    FILES_MATCHING PATTERN *.cpp)
  install(FILES README.md CHANGELOG.md DESTINATION ${POOLPROOF_DOC_DIR}/poolproof COMPONENT tools)
  install(FILES LICENSE DESTINATION ${POOLPROOF_DOC_DIR}/poolproof RENAME copyright COMPONENT tools)
endfunction()
