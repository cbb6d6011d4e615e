# Third-party libraries, each found once and given one name. All are Debian packages.
find_package(Threads REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers url json)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLite3 3.38 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(simdjson CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
# Debian 12's packages of these two have no CMake files.
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2>=1.52)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)

if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# Asio and Beast, compiled once into a library of their own instead of into every file that includes them.
add_library(vendor_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio.cpp)
target_compile_definitions(vendor_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  # Coroutine frames, some thirty a request: aligned_alloc goes around malloc's cache for threads, and operator new aligns them well enough.
  # Asio's own cache gives a small frame any larger block that it has, which the frame then holds as long as its stream.
  BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=0)
target_link_libraries(vendor_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_features(vendor_asio PUBLIC cxx_std_20)
harden(vendor_asio)
if(SALLYPORT_SANITIZE)
  target_compile_options(vendor_asio PUBLIC -fsanitize=${SALLYPORT_SANITIZE} -fno-omit-frame-pointer)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(vendor_asio PRIVATE -Wno-tsan)
endif()

if(SALLYPORT_TESTS)
  find_package(doctest CONFIG REQUIRED)
  if(EXISTS /usr/lib/x86_64-linux-gnu/cmake/rapidcheck)
    find_package(rapidcheck CONFIG)
  endif()
endif()
