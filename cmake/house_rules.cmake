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
    target_precompile_headers(${TARGET} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/often_included.hpp)
    # Without the time in it the precompiled header is the same in every checkout, and ccache takes what was compiled with it.
    target_compile_options(${TARGET} PRIVATE "SHELL:$<$<CXX_COMPILER_ID:Clang>:-Xclang -fno-pch-timestamp>")
  endif()
  if(SALLYPORT_FUZZ)
    target_compile_options(${TARGET} PUBLIC -fsanitize=fuzzer-no-link)
  endif()
  harden(${TARGET})
endfunction()

# harden(TARGET): what the compiler and the linker can do against a wrong or attacked program; tests/release/hardening looks for all of it in
# the binary. One object without a mark takes it from the whole binary, so what is compiled of others (Asio) is hardened too.
function(harden TARGET)
  if(NOT SALLYPORT_HARDEN)
    return()
  endif()
  target_compile_options(${TARGET} PRIVATE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  # Level 3 knows the sizes of what was allocated, too. It needs -O1 at least.
  target_compile_definitions(${TARGET} PRIVATE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=3> _GLIBCXX_ASSERTIONS)
  # Debian 12's start files (Scrt1.o, crti.o) have no mark of control-flow protection, and the linker keeps only what all have. They take no
  # part in what a shadow stack guards, so that mark is set all the same; but they lack landing pads, so IBT is not claimed.
  target_link_options(${TARGET} PUBLIC LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack LINKER:-z,separate-code LINKER:-z,shstk)
endfunction()
