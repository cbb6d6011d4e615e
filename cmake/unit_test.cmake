# unit_test(LAYER SOURCES ... USES ... VENDOR ...): one doctest binary a layer, named <LAYER>_test. The test tree is the source tree:
# the sources stand in tests/<the layer's folder>/. Only what the layer itself may see is visible, plus tests/support.
# Under ThreadSanitizer only those that run threads are built.
function(unit_test LAYER)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIR" "SOURCES;USES;VENDOR")
  list(TRANSFORM arg_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/tests/${arg_DIR}/)
  if(SALLYPORT_SANITIZE STREQUAL "thread")
    tests_that_run_threads(arg_SOURCES)
  endif()
  add_executable(${LAYER}_test ${PROJECT_SOURCE_DIR}/tests/support/main.cpp ${arg_SOURCES})
  # It brings doctest's implementation, so it has to be the first to include it.
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/support/main.cpp PROPERTIES
    COMPILE_DEFINITIONS SALLYPORT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SKIP_PRECOMPILE_HEADERS ON)
  target_link_libraries(${LAYER}_test PRIVATE ${LAYER} ${arg_USES} test_support ${arg_VENDOR} doctest::doctest)
  set(seconds 300)
  if(SALLYPORT_SANITIZE)
    target_compile_definitions(${LAYER}_test PRIVATE SALLYPORT_UNIT_TEST)   # for cmake/often_included.hpp
    # What is tested is compiled with -O1, since it runs many times; a test runs once, and half of a build's time is theirs.
    target_compile_options(${LAYER}_test PRIVATE -O0)
    set(seconds 900)
  endif()
  house_rules(${LAYER}_test)
  if(arg_SOURCES)
    add_test(NAME ${LAYER} COMMAND ${LAYER}_test)
    set_tests_properties(${LAYER} PROPERTIES TIMEOUT ${seconds})
  else()
    set_target_properties(${LAYER}_test PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

# tests_that_run_threads(LIST): keeps of the sources in LIST those whose test cases run threads: they name std::thread, or something of the
# project that starts one. Others have nothing for ThreadSanitizer to find, and make up most of a build. Sources without a test case stay where
# any test does.
function(tests_that_run_threads LIST)
  # What starts threads: a gateway, the upstreams of the tests and of the rehearsal, the store, the log, the names of providers.
  set(starts "std::j?thread|running_gateway|canned_upstream|raw_upstream|upstream_thread|upstream_bench|front_door|store_thread|stage_set"
    "|logger\\.hpp|provider_names")
  list(JOIN starts "" starts)
  set(kept)
  set(shared)
  foreach(source IN LISTS ${LIST})
    cmake_path(NORMAL_PATH source)   # for ninja, which takes two spellings for two files
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(READ ${source} text)
    if(NOT text MATCHES "TEST_CASE")
      list(APPEND shared ${source})
    elseif(text MATCHES "${starts}")
      list(APPEND kept ${source})
    endif()
  endforeach()
  if(kept)
    list(APPEND kept ${shared})
  endif()
  set(${LIST} ${kept} PARENT_SCOPE)
endfunction()
