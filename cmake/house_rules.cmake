# house_rules(TARGET): language level, warnings, hardening and the sanitizers of the preset, the same for every target.
function(house_rules TARGET)
  target_compile_features(${TARGET} PUBLIC cxx_std_20)
  target_compile_options(${TARGET} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wcast-align -Wimplicit-fallthrough
    # A designated initialiser that leaves a member at its default is meant so.
    -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ThreadSanitizer warns of atomic_thread_fence inside Asio; and g++ 12 takes the operator delete of Asio's coroutine frames, which
    # has its own operator new, for a mismatch when it inlines only one of the two.
    target_compile_options(${TARGET} PRIVATE -Wno-tsan -Wno-mismatched-new-delete)
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # std::stable_sort of libstdc++ 12 takes its memory by a function that is deprecated, which clang tells its callers; g++ warns of ours.
    target_compile_options(${TARGET} PRIVATE -Wno-deprecated-declarations)
  endif()
  if(SALLYPORT_WERROR)
    target_compile_options(${TARGET} PRIVATE -Werror)
  endif()
  if(SALLYPORT_SANITIZE)
    target_compile_options(${TARGET} PUBLIC -fsanitize=${SALLYPORT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${TARGET} PUBLIC -fsanitize=${SALLYPORT_SANITIZE})
  endif()
  if(SALLYPORT_FUZZ)
    target_compile_options(${TARGET} PUBLIC -fsanitize=fuzzer-no-link)
  endif()
  if(SALLYPORT_HARDEN)
    target_compile_options(${TARGET} PRIVATE -fstack-protector-strong -fcf-protection=full)
    target_compile_definitions(${TARGET} PRIVATE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
    target_link_options(${TARGET} PUBLIC -Wl,-z,relro,-z,now)
  endif()
endfunction()
