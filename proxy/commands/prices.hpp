#pragma once
/// sallyport prices list.

#include <string>

namespace sallyport::commands {

/// Prints the built-in list. `provider` empty: all.
int list_prices(const std::string& provider);

}  // namespace sallyport::commands
