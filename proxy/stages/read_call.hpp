#pragma once
/// read_call: body -> call, by the client's dialect. 400.

#include "adapters/words/result.hpp"

namespace sallyport::stages {

struct exchange;

/// Moves the body into the call.
result<void> read_call(exchange& x);

}  // namespace sallyport::stages
