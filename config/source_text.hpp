#pragma once
/// What must hold for the bytes of a file before a YAML parser sees them.

#include "config/report.hpp"

#include <string_view>

namespace sallyport::config {

/// True when the text is valid UTF-8 without control characters (tab, line feed and carriage return aside). Otherwise one problem with the
/// place of the first wrong byte. yaml-cpp takes byte 4 for the end of the text, so that what follows it would be ignored silently.
bool is_readable_text(std::string_view text, const std::shared_ptr<const source>& from, report& to);

/// Length in bytes of the UTF-8 character that `text` begins with (RFC 3629: no overlong forms, no surrogates), or 0.
std::size_t utf8_length(std::string_view text);

}  // namespace sallyport::config
