#include "config/own_data.hpp"

#include <stdexcept>

namespace sallyport::config {

const surroundings& nothing_around() {
  static const surroundings none{[](const std::string&) { return std::optional<std::string>(); },
                                 [](const std::string&) { return std::optional<std::string>(); },
                                 [](const std::string&) { return std::vector<std::string>(); }};
  return none;
}

void read_own_data(std::string_view text, const std::string& name, const std::function<void(const cursor&)>& read) {
  report found;
  const auto root = read_yaml(text, std::make_shared<const source>(source{name, 0}), found);
  if (root) read(cursor(*root, found, nothing_around()));
  if (found.has_problems()) throw std::logic_error("built-in data: " + to_string(found.problems().front()));
}

}  // namespace sallyport::config
