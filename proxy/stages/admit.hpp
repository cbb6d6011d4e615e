#pragma once
/// admit: what a request takes before it may cost anything. A refused call takes nothing. 503 (and, once there are limits and budgets,
/// 429 and 402).

#include "adapters/words/result.hpp"

namespace sallyport::stages {

struct exchange;

/// A call that could not be recorded is not sent.
result<void> admit(exchange& x);

}  // namespace sallyport::stages
