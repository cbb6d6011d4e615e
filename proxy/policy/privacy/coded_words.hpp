#pragma once
/// National numbers in which letters and digits are mixed: whether one stands at a place in a text, in capitals or not.

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// A word of letters and digits: the shape and check letter of a Spanish DNI, NIE, or NIF of a person (Real Decreto 1065/2007).
enum class spanish : unsigned char { none, whole, short_one };   ///< short_one: seven digits, the leading 0 left out
spanish spanish_number(std::string_view word);

/// Sixteen letters and digits: an Italian fiscal code, digits replaced by letters where two people would share one (DM 12 March 1974).
bool is_it_fiscal_code(std::string_view word);

/// Fifteen letters and digits: a French social security number of Corsica (2A, 2B).
bool is_corsican_nir(std::string_view word);

/// The end of the UK National Insurance number that begins at `at`, as AB123456C or AB 12 34 56 C; 0 where none does.
std::size_t uk_nino_end(std::string_view text, std::size_t at);

}  // namespace sallyport::policy::privacy
