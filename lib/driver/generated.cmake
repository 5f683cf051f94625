# The files that the binary carries (embed.h), as C text.
file(GLOB embedded CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/stdlib/*.plx
  ${PROJECT_SOURCE_DIR}/stdlib/python/plx.py
  ${PROJECT_SOURCE_DIR}/examples/init/pipeline.plx
  ${PROJECT_SOURCE_DIR}/docs/errors/*.md)
list(SORT embedded COMPARE STRING) # embed_get searches by halves
list(TRANSFORM embedded PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE embedded_paths)

set(embedded_list ${GENERATED}/embed_list.txt)
file(CONFIGURE OUTPUT ${embedded_list} CONTENT "${embedded}" @ONLY) # rewritten only when it differs
add_custom_command(
  OUTPUT ${GENERATED}/embed_table.c
  COMMAND ${CMAKE_COMMAND} -D ROOT=${PROJECT_SOURCE_DIR} -D LIST=${embedded_list} -D OUT=${GENERATED}/embed_table.c
          -P ${CMAKE_CURRENT_SOURCE_DIR}/driver/embed.cmake
  DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/driver/embed.cmake ${embedded_list} ${embedded_paths}
  VERBATIM)
list(APPEND PLX_GENERATED_driver ${GENERATED}/embed_table.c)
