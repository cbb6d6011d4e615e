#pragma once
/// Money as text: exact, never through a floating-point number.

#include "adapters/words/money.hpp"

#include <string>

namespace sallyport::observe {

/// Dollars in decimal notation without trailing zeros, as in "0.0000125", "3" or "-0.5".
std::string usd_text(nano_usd amount);

}  // namespace sallyport::observe
