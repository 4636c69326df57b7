# One library per directory, named after it: core/base is sr_base.
#   sr_library(NAME SOURCES a.cc ... DEPS sr_base ... PRIVATE PkgConfig::X ...)
# Headers are included from the repository's root: "core/base/clock.h".
function(sr_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE})
    if(SR_PCH)
      target_precompile_headers(${name} REUSE_FROM sr_precompiled)
    endif()
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# Those that ThreadSanitizer is for.
if(SR_TESTS)
  add_custom_target(threaded_tests)
endif()

# The code of a test runs seldom and is compiled often: half of the time that a
# build takes went into optimising it. Debug builds are for a debugger and stay.
if(SR_SANITIZE)
  set(SR_TEST_OPTIONS -O0 -g1)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(SR_TEST_OPTIONS -O1 -g1)
endif()
if(SR_FUZZ)
  # libFuzzer looks at how the code behaves that is tested, not at the test.
  list(APPEND SR_TEST_OPTIONS -fno-sanitize=fuzzer-no-link)
endif()

if(SR_TESTS AND SR_PCH)
  sr_precompile(sr_precompiled_tests ${SR_PRECOMPILED} <random> <gmock/gmock.h> <gtest/gtest.h>)
  target_compile_options(sr_precompiled_tests PRIVATE ${SR_TEST_OPTIONS})
  target_link_libraries(sr_precompiled_tests PRIVATE GTest::gmock)
endif()

# One program per test file. Labels: `broker` needs a real broker; `threads` has
# threads that share something, for the preset tsan.
#   sr_test(NAME SOURCES a_test.cc DEPS sr_base ... [LABELS broker threads] [TIMEOUT s]
#           [LONG])
# LONG: most of its time goes into its own code, which then is -O1 with a sanitizer too.
function(sr_test name)
  cmake_parse_arguments(ARG "LONG" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  # Sanitizers slow the exhaustive tests down by a factor of 10 to 50.
  if(SR_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 10")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${SR_TEST_OPTIONS})
  if(ARG_LONG AND SR_SANITIZE)
    target_compile_options(${name} PRIVATE -O1)
  endif()
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  # What was precompiled has one level of optimisation.
  if(SR_PCH AND NOT (ARG_LONG AND SR_SANITIZE))
    target_precompile_headers(${name} REUSE_FROM sr_precompiled_tests)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
  # A broker, its clients and what kills them want both cores.
  if("broker" IN_LIST ARG_LABELS)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()
