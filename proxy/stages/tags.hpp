#pragma once
/// x-sallyport-tags: what a client calls its request, for reports and conditions; never a metric label.

#include "adapters/words/result.hpp"

#include <string>
#include <string_view>

namespace sallyport::stages {

/// `name=value,...` in the order of their names, the last value of a name that stands twice. invalid_request for a name that is not of
/// a to z, digits, '_', '.', '-' and 1 to 32 long, a value that is not 1 to 64 visible ASCII characters without ',' and '=', more than
/// 8 tags, or more than 160 bytes.
result<std::string> tags_in(std::string_view header);

}  // namespace sallyport::stages
