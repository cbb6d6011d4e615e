#pragma once
/// Media that stand in a call themselves, as data URLs (RFC 2397): data:image/png;base64,iVBORw0..

#include "adapters/words/chat.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// A data URL in base64 -> its type and base64; of text/plain the text itself, as media has it. Nothing: it is none, or its text is no
/// base64.
std::optional<media> media_of(std::string_view data_url);
std::string data_url_of(const media& of);

/// RFC 4648 section 4; blanks are not allowed, padding may miss.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

}  // namespace sallyport
