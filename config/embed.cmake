# embed_text(TARGET FILE NAME): makes FILE of this folder a part of the binary, as the function `std::string_view NAME()` that
# config/embedded.hpp declares. Made anew whenever the file changes. (A string literal would break the limit of 65,535 characters.)
function(embed_text TARGET FILE NAME)
  set(from ${CMAKE_CURRENT_SOURCE_DIR}/${FILE})
  set(into ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.cpp)
  add_custom_command(OUTPUT ${into}
    COMMAND ${CMAKE_COMMAND} -DFROM=${from} -DINTO=${into} -DNAME=${NAME} -P ${CMAKE_CURRENT_SOURCE_DIR}/embed_text.cmake
    DEPENDS ${from} ${CMAKE_CURRENT_SOURCE_DIR}/embed_text.cmake VERBATIM)
  target_sources(${TARGET} PRIVATE ${into})
endfunction()
