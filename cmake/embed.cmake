# Files as text inside a program, so that it needs none beside it.
#
#   pharos_embed(TARGET FOLDER)
#
# adds to TARGET a source that defines cli/packs.h's embedded_files(): every YAML file below FOLDER,
# but for unit tests, by its path there. Run as a script (cmake -P) this file writes that source.
#   pharos_embed_text(TARGET FILE HEADER NAMESPACE FUNCTION)
#
# adds a source that defines FUNCTION(), which HEADER declares: the one FILE as text.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(pharos_embed_text target file header namespace function)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} content)
    set(output ${CMAKE_BINARY_DIR}/embedded/${function}.cc)
    file(CONFIGURE OUTPUT ${output} CONTENT [[// Written by cmake/embed.cmake.
#include "@header@"

namespace @namespace@ {

std::string_view @function@() {
  return R"embedded(@content@)embedded";
}

}  // namespace @namespace@
]] @ONLY)
    target_sources(${target} PRIVATE ${output})
  endfunction()
  function(pharos_embed target folder)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.yaml)
    set(output ${CMAKE_BINARY_DIR}/embedded/${target}.cc)
    add_custom_command(OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output}
        -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
      COMMENT "Embedding ${folder}")
    target_sources(${target} PRIVATE ${output})
  endfunction()
  return()
endif()

file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.yaml)
list(FILTER files EXCLUDE REGEX "(^|/)tests/")
list(SORT files)
set(text "// Written by cmake/embed.cmake.\n#include \"cli/packs.h\"\n\nnamespace pharos::cli {\nnamespace {\n\n")
string(APPEND text "constexpr EmbeddedFile files[] = {\n")
foreach(file ${files})
  file(READ ${FOLDER}/${file} content)
  string(APPEND text "    {\"${file}\", R\"embedded(${content})embedded\"},\n")
endforeach()
string(APPEND text "    {\"\", \"\"},  // An array is never empty.\n};\n\n}  // namespace\n\n")
string(APPEND text "std::span<const EmbeddedFile> embedded_files() {\n")
string(APPEND text "  return std::span(files).first(std::size(files) - 1);\n}\n\n}  // namespace pharos::cli\n")
file(WRITE ${OUTPUT} "${text}")
