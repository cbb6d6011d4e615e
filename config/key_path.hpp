#pragma once
/// How a place in the configuration is named: models.chat.try[1]. Keys that hold other characters than a name does stand in quotes.

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::config {

std::string path_below(std::string_view parent, std::string_view key);
std::string path_of_item(std::string_view parent, std::size_t index);

}  // namespace sallyport::config
