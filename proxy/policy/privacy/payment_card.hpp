#pragma once
/// Card numbers (ISO/IEC 7812): issuer, length, check digit.

#include "proxy/policy/privacy/check_digits.hpp"

namespace sallyport::policy::privacy {

/// 12 to 19 digits that an issuer may have given to a card; 12 are of Maestro's alone.
bool is_payment_card(digits of);
/// The same, for 13 digits, which most often are the number below a bar code; one of ten of those has a card's check digit too.
bool is_card_and_no_barcode(digits of);

}  // namespace sallyport::policy::privacy
