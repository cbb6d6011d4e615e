#pragma once
/// How an event becomes one line. Pure: time and all else are arguments.

#include "proxy/observe/logger.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sallyport::observe {

/// RFC 3339 in UTC with milliseconds, as in 2026-11-23T23:35:36.042Z.
std::string timestamp_text(wall_time at);

/// {"timestamp":"...","level":"info","message":"...", fields...} without a line break. Numbers that JSON has no word for become null.
std::string json_line(wall_time at, level which, std::string_view message, std::span<const field> fields);

/// 2026-11-23T23:35:36.042Z info message name=value ...; texts with blanks or quotes stand in quotes.
std::string text_line(wall_time at, level which, std::string_view message, std::span<const field> fields);

}  // namespace sallyport::observe
