// Any bytes as a configuration: no crash, no exception, and either settings or a problem.
#include "config/load.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const sallyport::config::surroundings nothing{[](const std::string&) { return std::optional<std::string>(); },
                                                       [](const std::string&) { return std::optional<std::string>(); },
                                                       [](const std::string&) { return std::vector<std::string>(); }};
  const auto made = sallyport::config::load({reinterpret_cast<const char*>(bytes), size}, "fuzz.yaml", nothing);
  if ((made.value == nullptr) == made.problems.empty()) std::abort();
  return 0;
}
