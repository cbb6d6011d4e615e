#pragma once
/// Where the running configuration keeps its state, for commands beside a gateway.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"

#include <string>

namespace sallyport::commands {

/// The store's file, as the gateway of that configuration opens it. Fails with a sentence when there is none yet.
result<std::string> store_of(const config::settings& settings);

/// The folder that a file lies in.
std::string folder_of(const std::string& path);

}  // namespace sallyport::commands
