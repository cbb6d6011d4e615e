#pragma once
/// sallyport keys new: mints a key, shows it once, and the line to paste into the configuration.

#include <string>

namespace sallyport::commands {

int new_key(const std::string& team, const std::string& name);

}  // namespace sallyport::commands
