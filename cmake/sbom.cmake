# bill_of_materials(TARGET): targets `sbom` and `dependencies_page`, which say what the executable TARGET is made of: as SPDX beside the build,
# and as docs/dependencies.md. By name only: a build needs neither python3 nor dpkg.
function(bill_of_materials TARGET)
  # The linker's own list of the files that it opened, beside the binary; deploy/sbom reads it.
  set(inputs ${CMAKE_CURRENT_BINARY_DIR}/${TARGET}.inputs)
  target_link_options(${TARGET} PRIVATE LINKER:--dependency-file=${inputs})
  set_property(TARGET ${TARGET} APPEND PROPERTY ADDITIONAL_CLEAN_FILES ${inputs})
  materials_as(${TARGET} sbom --spdx ${PROJECT_BINARY_DIR}/sallyport.spdx.json)
  materials_as(${TARGET} dependencies_page --page ${PROJECT_SOURCE_DIR}/docs/dependencies.md)
endfunction()

# materials_as(TARGET NAME HOW FILE): the target NAME, which writes FILE; beside its place first, so that a failure leaves no half of it.
function(materials_as TARGET NAME HOW FILE)
  set(part ${PROJECT_BINARY_DIR}/${NAME}.part)
  add_custom_target(${NAME}
    COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 python3 ${PROJECT_SOURCE_DIR}/deploy/sbom/sbom
      ${HOW} --build ${PROJECT_BINARY_DIR} --version ${PROJECT_VERSION} > ${part}
    COMMAND ${CMAKE_COMMAND} -E rename ${part} ${FILE}
    DEPENDS ${TARGET} VERBATIM COMMENT "${FILE}")
endfunction()
