# Runs COMMAND, a list, with one, two and three jobs, and wants the same bytes each time, but for schedules a second; with
# SAYS in them. AFTER is what follows the jobs: a program that is tried. Of standard output, since libraries that the program
# poolproof is linked with say on the other one what they like (libmongoc does, now and then).
foreach(jobs 1 2 3)
  execute_process(COMMAND ${COMMAND} --jobs ${jobs} ${AFTER}
    OUTPUT_VARIABLE said_${jobs} ERROR_VARIABLE errors_${jobs} RESULT_VARIABLE code_${jobs})
  string(REGEX REPLACE " +[0-9,]+/s" "" said_${jobs} "exit code ${code_${jobs}}\n${said_${jobs}}")
endforeach()
foreach(jobs 2 3)
  if(NOT said_${jobs} STREQUAL said_1)
    message(FATAL_ERROR "with 1 job:\n${said_1}\nwith ${jobs}:\n${said_${jobs}}")
  endif()
endforeach()
if(NOT said_1 MATCHES "${SAYS}")
  message(FATAL_ERROR "not what was expected (${SAYS}):\n${said_1}")
endif()
message("${said_1}")
