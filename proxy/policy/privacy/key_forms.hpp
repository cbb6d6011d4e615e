#pragma once
/// The forms of vendors' keys.

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// Whether a key stands in text[at, end): `at` is where a word begins, [at, end) all key characters, and the character behind is none.
bool is_api_key(std::string_view text, std::size_t at, std::size_t end);

}  // namespace sallyport::policy::privacy
