#pragma once
/// usage -> cost of one attempt.

#include "adapters/words/call.hpp"
#include "proxy/words/attempt.hpp"

namespace sallyport::stages {

/// Fills in what the provider did not report, as an estimate that is labelled so, and the cost. A failed attempt has used nothing; one
/// whose client left has used the prompt and what was delivered.
void price_attempt(attempt& ended, const call& asked);

}  // namespace sallyport::stages
