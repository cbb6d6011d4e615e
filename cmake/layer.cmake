# layer(NAME DIR <folder> SOURCES ... HEADERS ... USES <layers> VENDOR <targets> PUBLIC_VENDOR <targets>)
#
# One folder is one static library. Its headers are reached as "<folder>/<header>.hpp" through an include root of its
# own: a directory under the build tree that holds nothing but a link to the folder. Only those that list the layer in
# USES get that root, so an upward or sideways include fails to compile.
#
#   VENDOR         third-party targets seen by the sources alone (private)
#   PUBLIC_VENDOR  third-party targets whose types stand in the headers (Asio, Boost.System; nothing else)
function(layer NAME)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIR" "SOURCES;HEADERS;USES;VENDOR;PUBLIC_VENDOR")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "layer(${NAME}): unknown words: ${arg_UNPARSED_ARGUMENTS}")
  endif()

  set(root ${PROJECT_BINARY_DIR}/roots/${NAME})
  cmake_path(GET arg_DIR PARENT_PATH parent)
  file(MAKE_DIRECTORY ${root}/${parent})
  if(NOT EXISTS ${root}/${arg_DIR})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${arg_DIR} ${root}/${arg_DIR} SYMBOLIC)
  endif()

  list(TRANSFORM arg_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/${arg_DIR}/)
  list(TRANSFORM arg_HEADERS PREPEND ${root}/${arg_DIR}/ OUTPUT_VARIABLE headers)
  add_library(${NAME} STATIC ${arg_SOURCES})
  target_sources(${NAME} PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${headers})
  set_target_properties(${NAME} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ${SALLYPORT_VERIFY_HEADERS})
  target_link_libraries(${NAME} PUBLIC ${arg_USES} ${arg_PUBLIC_VENDOR} PRIVATE ${arg_VENDOR})
  house_rules(${NAME})
endfunction()
