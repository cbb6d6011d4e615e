// Any bytes as a price list of others: no crash, no exception, and what is taken makes a price file that loads and holds the same models.
#include "config/price_import.hpp"
#include "config/price_list.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const sallyport::config::surroundings nothing{[](const std::string&) { return std::optional<std::string>(); },
                                                       [](const std::string&) { return std::optional<std::string>(); },
                                                       [](const std::string&) { return std::vector<std::string>(); }};
  const auto made = sallyport::config::import_prices({reinterpret_cast<const char*>(bytes), size}, std::nullopt);
  if (!made) return 0;
  const auto back = sallyport::config::load_prices(sallyport::config::price_file_text("v", made->rows), "fuzz.yaml", nothing);
  if (!back.value || back.value->rows.size() != made->rows.size()) std::abort();
  return 0;
}
