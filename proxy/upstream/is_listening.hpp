#pragma once
/// Is somebody there? For the start without a configuration, which looks for engines on this machine.

#include <chrono>
#include <string>

namespace sallyport::upstream {

/// True if the host and port of the base address accept a TCP connection within the time. Blocks so long; address literals only, no names.
bool is_listening(const std::string& base_url, std::chrono::milliseconds within = std::chrono::milliseconds(300));

}  // namespace sallyport::upstream
