#pragma once
/// Bank account numbers (ISO 13616): country, length and form by country, check digits mod 97.

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// The end of the IBAN that begins at `at`, in capitals or not, in groups or not; 0 where none does. What stands before `at` is not looked
/// at.
std::size_t iban_end(std::string_view text, std::size_t at);

}  // namespace sallyport::policy::privacy
