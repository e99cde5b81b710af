# Debian packages of a build: libpoolproof-dev with the libraries, and poolproof with the program. script/package makes a build
# for them, and calls cpack.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME poolproof)
set(CPACK_PACKAGE_VENDOR "the poolproof project")
set(CPACK_PACKAGE_CONTACT "the poolproof project <nobody@poolproof.invalid>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_COMPONENTS_ALL ${POOLPROOF_PARTS})
foreach(part IN LISTS POOLPROOF_PARTS)
  string(TOUPPER ${part} upper)
  set(CPACK_COMPONENT_${upper}_GROUP dev)
endforeach()
set(CPACK_COMPONENT_TOOLS_GROUP tools)
set(CPACK_COMPONENT_DEV_DESCRIPTION
  "A database connection pool, and the simulator that judges pools: libraries and headers
The program is in the package poolproof.")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
  "Proves a database connection pool right, or shows the schedule that breaks it
It judges the pools that it knows, replays their failures, verifies recorded histories, and runs whole programs as they are.")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libpoolproof-dev)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME poolproof)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/sim)
set(depends "libc6-dev")
if(POOLPROOF_SIM)
  string(APPEND depends ", libfmt-dev, libtomlplusplus-dev, libboost-context-dev")
  if(POOLPROOF_DEBUG_INFO)
    string(APPEND depends ", libdw-dev")
  endif()
endif()
if(POOLPROOF_DRIVERS)
  string(APPEND depends ", libsqlite3-dev")
  if(POOLPROOF_HAS_LIBPQ)
    string(APPEND depends ", libpq-dev")
  endif()
endif()
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS ${depends})
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS poolproof)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS libpoolproof-dev)

include(CPack)
