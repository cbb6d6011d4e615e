#pragma once
/// The version of this build, from CMakeLists.txt.

namespace sallyport {

inline constexpr const char* version = SALLYPORT_VERSION;

}  // namespace sallyport
