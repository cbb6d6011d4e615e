#pragma once
/// What libcurl's result codes mean in our words.

#include "adapters/words/failure.hpp"

#include <string_view>

namespace sallyport::upstream {

/// `code` is a CURLcode other than CURLE_OK; `said` is libcurl's error text for the log, may be empty.
failure failure_of_curl(int code, std::string_view said);

}  // namespace sallyport::upstream
