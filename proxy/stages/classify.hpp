#pragma once
/// classify: the facts that policy may know of the call, its data class and tags among them. A class only rises. 400 for malformed tags.

#include "adapters/words/result.hpp"

namespace sallyport::stages {

struct exchange;

result<void> classify(exchange& x);

}  // namespace sallyport::stages
