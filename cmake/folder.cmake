# One folder of src/ is one library, one test program, its benches and its fuzz targets.
#
#   pharos_folder(NAME USES <folders below> LIBS <libraries of others>)
#
# Files are found by their names: *_test.cc, *_bench.cc and *_fuzz.cc lie beside what they try.
include(GoogleTest)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

add_library(pharos_flags INTERFACE)
target_compile_options(pharos_flags INTERFACE -Wall -Wextra -Wnon-virtual-dtor -Wconversion
  -Wno-sign-conversion $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${PHAROS_WERROR}>>:-Werror>
  # GCC 12 sees overlaps that are not there in `"-" + text` once it optimizes (its bug 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)
target_include_directories(pharos_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(pharos_flags INTERFACE fmt::fmt Threads::Threads)

# pharos_fuzz(FOLDER FILE_fuzz.cc LIBRARY): a fuzz target exports LLVMFuzzerTestOneInput. With
# PHAROS_FUZZ it is linked with libFuzzer; otherwise with test/fuzz/driver.cc, which replays its
# corpus and a fixed number of mutations.
function(pharos_fuzz name fuzz library)
  get_filename_component(target ${fuzz} NAME_WE)
  set(target ${name}_${target})
  if(PHAROS_FUZZ)
    add_executable(${target} ${fuzz})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${target} ${fuzz} ${CMAKE_SOURCE_DIR}/test/fuzz/driver.cc)
    string(REGEX REPLACE "^${name}_" "${name}." test ${target})
    add_test(NAME ${test} COMMAND ${target} ${CMAKE_SOURCE_DIR}/test/fuzz/corpus/${target})
  endif()
  target_link_libraries(${target} PRIVATE ${library})
endfunction()

function(pharos_folder name)
  cmake_parse_arguments(arg "" "" "USES;LIBS" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB tests CONFIGURE_DEPENDS ${dir}/*_test.cc)
  file(GLOB benches CONFIGURE_DEPENDS ${dir}/*_bench.cc)
  file(GLOB fuzzes CONFIGURE_DEPENDS ${dir}/*_fuzz.cc)
  set(support ${dir}/main.cc ${tests} ${benches} ${fuzzes})
  list(REMOVE_ITEM sources ${support})

  if(NOT sources)
    return()
  endif()
  list(TRANSFORM arg_USES PREPEND pharos_)
  add_library(pharos_${name} STATIC ${sources})
  target_link_libraries(pharos_${name} PUBLIC pharos_flags ${arg_USES} PRIVATE ${arg_LIBS})

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE pharos_${name} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE PHAROS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
  endif()
  foreach(bench ${benches})
    get_filename_component(target ${bench} NAME_WE)
    add_executable(${name}_${target} ${bench})
    target_link_libraries(${name}_${target} PRIVATE pharos_${name} benchmark::benchmark_main)
    add_test(NAME ${name}.${target} COMMAND ${name}_${target} --benchmark_min_time=0.001)
  endforeach()
  foreach(fuzz ${fuzzes})
    pharos_fuzz(${name} ${fuzz} pharos_${name})
  endforeach()
endfunction()
