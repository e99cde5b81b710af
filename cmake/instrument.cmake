# Makes the atomic operations of a target's own sources scheduling points, where code is run as it is.
#
#   poolproof_instrument(my-library)
#
# compiles them with -fsanitize=thread, but links, in place of ThreadSanitizer's runtime, poolproof::as_is. Call it for
# whatever has atomics that threads race with: without it a task's atomics are done as one block between two calls. Outside
# of poolproof the target works as ever.
function(poolproof_instrument target)
  if(NOT TARGET poolproof::as_is)
    message(FATAL_ERROR "poolproof_instrument(${target}): poolproof::as_is, which is built without sanitizers only, is missing")
  endif()
  target_compile_options(${target} PRIVATE -fsanitize=thread
    # Fences have their meaning here, of which g++ warns.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>
    # Operations on 16 bytes are to be seen, too.
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-mcx16>)
  target_link_libraries(${target} PRIVATE poolproof::as_is)
endfunction()
