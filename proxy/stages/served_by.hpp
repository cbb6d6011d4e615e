#pragma once
/// The headers that say who served a request.

#include "adapters/words/header_list.hpp"
#include "adapters/words/money.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <string>

namespace sallyport::stages {

/// x-sallyport-served-by, x-sallyport-class, x-sallyport-attempts.
void add_served_by(header_list& to, const config::deployment& served, std::size_t attempts);

/// Nano-dollars as a decimal text of dollars, exact, without trailing zeros: 1500 -> "0.0000015".
std::string decimal_usd(nano_usd amount);

}  // namespace sallyport::stages
