#pragma once
/// Writes JSON strings of any bytes.

#include <string>
#include <string_view>

namespace sallyport {

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so the result is always valid.
void append_json_string(std::string& to, std::string_view text);
std::string json_string(std::string_view text);

/// The longest beginning of at most `length_max` bytes that does not cut a UTF-8 character.
std::string_view cut_text(std::string_view text, std::size_t length_max);

}  // namespace sallyport
