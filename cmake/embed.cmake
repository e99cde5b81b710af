# Puts text files into a binary, at build time.
#
#   poolproof_embed(OUTPUT library_files.cpp HEADER poolproof/sim/scenario/embedded_file.h
#                   NAMESPACE poolproof::sim FUNCTION library_files FILES library/a.toml ...)
#
# writes OUTPUT, in the current binary folder, with the definition of `std::span<const EmbeddedFile> FUNCTION()` that
# HEADER declares. Name OUTPUT, with its folder, among the sources of the target. Run as a script (cmake -P) this file
# is the writer itself.
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  string(REPLACE "|" ";" files "${FILES}")
  set(delimiter "poolproof")
  set(text "// Made from text files by cmake/embed.cmake.\n#include <array>\n\n#include <${HEADER}>\n\n")
  string(APPEND text "namespace ${NAMESPACE} {\n\nstd::span<const EmbeddedFile> ${FUNCTION}() noexcept {\n")
  string(APPEND text "  static constexpr std::array files{\n")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    file(READ "${file}" content)
    string(FIND "${content}" ")${delimiter}\"" end_of_raw_string)
    if(NOT end_of_raw_string EQUAL -1)
      message(FATAL_ERROR "${file}: must not contain )${delimiter}\", which ends the string it is put into")
    endif()
    string(APPEND text "      EmbeddedFile{\"${name}\", R\"${delimiter}(${content})${delimiter}\"},\n")
  endforeach()
  string(APPEND text "  };\n  return files;\n}\n\n}  // namespace ${NAMESPACE}\n")
  file(WRITE "${OUTPUT}" "${text}")
  return()
endif()

set(POOLPROOF_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(poolproof_embed)
  cmake_parse_arguments(EMBED "" "OUTPUT;HEADER;NAMESPACE;FUNCTION" "FILES" ${ARGN})
  set(paths "")
  foreach(file IN LISTS EMBED_FILES)
    get_filename_component(path "${file}" ABSOLUTE)
    list(APPEND paths "${path}")
  endforeach()
  list(JOIN paths "|" joined)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${EMBED_OUTPUT}")
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DFILES=${joined}" "-DOUTPUT=${output}" "-DHEADER=${EMBED_HEADER}"
      "-DNAMESPACE=${EMBED_NAMESPACE}" "-DFUNCTION=${EMBED_FUNCTION}" -P "${POOLPROOF_EMBED_SCRIPT}"
    DEPENDS ${paths} "${POOLPROOF_EMBED_SCRIPT}"
    VERBATIM)
endfunction()
