#pragma once
/// Sums over digits that tell a number of a scheme from one that only looks like it.

#include <cstdint>
#include <initializer_list>
#include <span>

namespace sallyport::policy::privacy {

/// The digits of a number, 0 to 9 each, without what stands between them.
using digits = std::span<const std::uint8_t>;

/// Mod 10 with every second digit from the right doubled, the check digit last (ISO/IEC 7812-1, annex B).
bool passes_luhn(digits of);
/// Mod 10 over the dihedral group D5, the check digit last (Verhoeff 1969).
bool passes_verhoeff(digits of);
/// Mod 11,10, the check digit last (ISO 7064).
bool passes_mod_11_10(digits of);
/// The sum of digits times weights; as many of both.
int weighted_sum(digits of, std::initializer_list<int> weights);
bool are_all_equal(digits of);
/// The number that two digits from `at` on make.
int two_digits(digits of, std::size_t at);

}  // namespace sallyport::policy::privacy
