# unit_test(LAYER SOURCES ... USES ... VENDOR ...): one doctest binary a layer, named <LAYER>_test. The test tree is the source tree:
# the sources stand in tests/<the layer's folder>/. Only what the layer itself may see is visible, plus tests/support.
function(unit_test LAYER)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIR" "SOURCES;USES;VENDOR")
  list(TRANSFORM arg_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/tests/${arg_DIR}/)
  add_executable(${LAYER}_test ${PROJECT_SOURCE_DIR}/tests/support/main.cpp ${arg_SOURCES})
  # It brings doctest's implementation, so it has to be the first to include it.
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/support/main.cpp PROPERTIES
    COMPILE_DEFINITIONS SALLYPORT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SKIP_PRECOMPILE_HEADERS ON)
  target_link_libraries(${LAYER}_test PRIVATE ${LAYER} ${arg_USES} test_support ${arg_VENDOR} doctest::doctest)
  if(SALLYPORT_SANITIZE)
    target_compile_definitions(${LAYER}_test PRIVATE SALLYPORT_UNIT_TEST)   # for cmake/often_included.hpp
  endif()
  house_rules(${LAYER}_test)
  add_test(NAME ${LAYER} COMMAND ${LAYER}_test)
  set_tests_properties(${LAYER} PROPERTIES TIMEOUT 300)
endfunction()
