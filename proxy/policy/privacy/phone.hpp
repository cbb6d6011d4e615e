#pragma once
/// Telephone numbers that a sign or a bracket begins.

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// Whether an international number stands behind the '+' before `at`: a country's code and 8 to 15 digits in all, blanks, dashes, points,
/// slashes and brackets between them.
bool is_international_phone(std::string_view text, std::size_t at);

/// Whether a number of North America stands behind the '(' before `at`, as in (415) 555-0132.
bool is_bracketed_phone(std::string_view text, std::size_t at);

}  // namespace sallyport::policy::privacy
