#include "adapters/custom_input.hpp"

#include "adapters/json.hpp"
#include "adapters/json_write.hpp"

namespace sallyport {

std::string wrapped_input(std::string_view text) { return R"({"input":)" + json_string(text) + "}"; }

std::string unwrapped_input(std::string_view arguments) {
  json_document document;
  if (document.parse(arguments) && document.root().size() == 1)
    if (const auto text = document.root()["input"].string()) return std::string(*text);
  return std::string(arguments);
}

}  // namespace sallyport
