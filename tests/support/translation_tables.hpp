#pragma once
/// docs/recorded-translations.md: what becomes of the recorded exchanges between dialects, counted.

#include "tests/support/recordings.hpp"

#include <string>
#include <vector>

namespace sallyport::tests {

/// The whole page.
std::string translation_page(const std::vector<recording>& all);

}  // namespace sallyport::tests
