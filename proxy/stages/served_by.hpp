#pragma once
/// The headers that say who served a request.

#include "adapters/words/header_list.hpp"
#include "config/settings.hpp"

#include <cstddef>

namespace sallyport::stages {

/// x-sallyport-served-by, x-sallyport-class, x-sallyport-attempts.
void add_served_by(header_list& to, const config::deployment& served, std::size_t attempts);

}  // namespace sallyport::stages
