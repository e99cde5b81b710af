# vcpkg could not be run where this was written; the test vcpkg_port runs these steps with a stand-in for it.
# The sources are those that this port lies in; in a registry vcpkg_from_git(...) takes the place of the next line.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS features
  FEATURES
    drivers POOLPROOF_DRIVERS
    sim POOLPROOF_SIM
    sim POOLPROOF_TOOLS)
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}" OPTIONS -DPOOLPROOF_DEV=OFF ${features})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/poolproof)
vcpkg_fixup_pkgconfig()
if("sim" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES poolproof AUTO_CLEAN)
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
