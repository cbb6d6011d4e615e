#pragma once
/// How a request ended, in one word: the label `outcome` of metrics, ledger and log.

#include "adapters/words/failure.hpp"

#include <string_view>

namespace sallyport::stages {

/// ok, client_error, refused, upstream_error, timeout, client_gone or gateway_error.
std::string_view outcome_of(const maybe_failure& why);

}  // namespace sallyport::stages
