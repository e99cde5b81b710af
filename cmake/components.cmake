# What is installed, part by part: core, mocks, drivers, sim, tools. A part that is not built is left out of a whole install,
# with a line that says so, and refused when it was asked for by name; either is decided before its first file is copied.
#
#   poolproof_part(drivers TARGETS poolproof_drivers poolproof_sqlite NEEDS core)
#   add_subdirectory(drivers)      # its install rules have the component drivers
#   poolproof_end_of_part(drivers)
option(POOLPROOF_INSTALL "Have what is built installed" ${PROJECT_IS_TOP_LEVEL})

set(POOLPROOF_PARTS "")

# TARGETS: all that must have been built; the first is the one to build. NEEDS: the parts that it cannot do without.
function(poolproof_part name)
  cmake_parse_arguments(PART "" "" "TARGETS;NEEDS" ${ARGN})
  set(POOLPROOF_PARTS ${POOLPROOF_PARTS} ${name} PARENT_SCOPE)
  set(targets ${PART_TARGETS})
  if(NOT POOLPROOF_AS_IS)
    list(REMOVE_ITEM targets poolproof_as_is)  # There is none.
  endif()
  foreach(needed IN LISTS PART_NEEDS)
    list(APPEND targets ${POOLPROOF_TARGETS_OF_${needed}})
  endforeach()
  set(POOLPROOF_TARGETS_OF_${name} ${targets} PARENT_SCOPE)
  if(NOT POOLPROOF_INSTALL)
    return()
  endif()
  list(GET targets 0 target)
  list(TRANSFORM targets REPLACE "(.+)" " \"$<TARGET_FILE:\\1>\"" OUTPUT_VARIABLE files)
  list(JOIN files "" files)
  install(CODE "
    set(poolproof_missing FALSE)
    foreach(file${files})
      if(NOT EXISTS \"\${file}\")
        set(poolproof_missing TRUE)
      endif()
    endforeach()
    if(poolproof_missing)
      set(poolproof_how \"cmake --build ${PROJECT_BINARY_DIR} --target ${target}\")
      if(CMAKE_INSTALL_COMPONENT STREQUAL \"${name}\" OR (NOT CMAKE_INSTALL_COMPONENT AND \"${name}\" STREQUAL \"core\"))
        message(FATAL_ERROR \"poolproof: nothing is installed, for ${name} is not built; build it with\n  \${poolproof_how}\")
      elseif(NOT CMAKE_INSTALL_COMPONENT)
        message(STATUS \"poolproof: left out: ${name} is not built; build it with: \${poolproof_how}\")
        set(CMAKE_INSTALL_COMPONENT \"left out\")
      endif()
    endif()" ALL_COMPONENTS)
endfunction()

function(poolproof_end_of_part name)
  if(POOLPROOF_INSTALL)
    cmake_language(CALL poolproof_install_${name})
    install(CODE "
      if(CMAKE_INSTALL_COMPONENT STREQUAL \"left out\")
        unset(CMAKE_INSTALL_COMPONENT)
      endif()" ALL_COMPONENTS)
  endif()
endfunction()

# poolproof_installed_library(sim poolproof_sim): one of the part's libraries, with its headers if it has any.
function(poolproof_installed_library part target)
  cmake_parse_arguments(LIBRARY "" "HEADERS_IN" "" ${ARGN})
  if(NOT POOLPROOF_INSTALL)
    return()
  endif()
  set(headers "")
  if(LIBRARY_HEADERS_IN)
    set(headers FILE_SET HEADERS COMPONENT ${part}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/poolproof/${LIBRARY_HEADERS_IN})
  endif()
  install(TARGETS ${target} EXPORT poolproof-${part}-targets
    ARCHIVE COMPONENT ${part} DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY COMPONENT ${part} DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ${headers})
endfunction()

# poolproof_pkg_config(sim "what it is" REQUIRES poolproof-mocks fmt LIBRARIES poolproof_sim dw): for those who do without CMake.
# Before the end of the part. REQUIRES are other .pc files; LIBRARIES are named to the linker.
function(poolproof_pkg_config part description)
  cmake_parse_arguments(PC "" "" "REQUIRES;LIBRARIES" ${ARGN})
  if(NOT POOLPROOF_INSTALL)
    return()
  endif()
  set(PC_PART ${part})
  set(PC_DESCRIPTION "${description}")
  list(JOIN PC_REQUIRES ", " PC_REQUIRES)
  list(TRANSFORM PC_LIBRARIES PREPEND -l)
  list(JOIN PC_LIBRARIES " " PC_LIBRARIES)
  file(RELATIVE_PATH PC_PREFIX_FROM_HERE /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/poolproof.pc.in ${PROJECT_BINARY_DIR}/poolproof-${part}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/poolproof-${part}.pc COMPONENT ${part}
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

# After the last part: what is asked for by a name that no part of this build has is refused, too.
function(poolproof_refuse_other_parts)
  if(NOT POOLPROOF_INSTALL OR NOT PROJECT_IS_TOP_LEVEL)
    return()
  endif()
  list(JOIN POOLPROOF_PARTS ", " parts)
  list(JOIN POOLPROOF_PARTS "|" names)
  install(CODE "
    if(CMAKE_INSTALL_COMPONENT AND NOT CMAKE_INSTALL_COMPONENT MATCHES \"^(${names})\$\")
      message(FATAL_ERROR \"poolproof: nothing is installed, for this build has no part \${CMAKE_INSTALL_COMPONENT}, only ${parts}\")
    endif()" ALL_COMPONENTS)
endfunction()
