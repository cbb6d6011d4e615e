#pragma once
/// Text from outside, made fit for a log line.

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::observe {

/// The text as it stands within the quotes of a JSON string: valid UTF-8 (a bad byte becomes U+FFFD), no control characters (C0, DEL,
/// C1, U+2028 and U+2029 are escaped), cut before the character that would pass `source_bytes_max` bytes of `text`; "…" marks a cut.
std::string escaped(std::string_view text, std::size_t source_bytes_max);

}  // namespace sallyport::observe
