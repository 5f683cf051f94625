# The lexer and the parser's automaton, made from grammar/. Lemon fails the build on a conflict.
set(grammar ${PROJECT_SOURCE_DIR}/grammar)
file(MAKE_DIRECTORY ${GENERATED})

add_custom_command(OUTPUT ${GENERATED}/lexer.c
  COMMAND ${RE2C} -W -Werror -i --no-generation-date -o ${GENERATED}/lexer.c ${grammar}/lexer.re
  DEPENDS ${grammar}/lexer.re VERBATIM)
add_custom_command(OUTPUT ${GENERATED}/parser.c ${GENERATED}/parser.h
  COMMAND ${LEMON} -c -l -d${GENERATED} ${grammar}/parser.y
  DEPENDS ${grammar}/parser.y VERBATIM)

set(PLX_GENERATED_syntax ${GENERATED}/lexer.c ${GENERATED}/parser.c ${GENERATED}/parser.h)
# Lemon's template mixes widths of integers and has tracing that nobody here turns on.
set_source_files_properties(${GENERATED}/parser.c PROPERTIES COMPILE_DEFINITIONS NDEBUG
  COMPILE_OPTIONS "-Wno-conversion;-Wno-sign-conversion;-Wno-unused-variable;-Wno-unused-parameter;-Wno-unused-but-set-variable;-Wno-missing-prototypes;-Wno-implicit-fallthrough")
# parse.c compares the numbers of parser.h with its own.
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/syntax/parse.c PROPERTIES OBJECT_DEPENDS ${GENERATED}/parser.h)
