#pragma once
/// plan: model -> eligible set -> plan. 403, 404, 503. After classify, since the class decides who is eligible.

#include "adapters/words/result.hpp"

namespace sallyport::stages {

struct exchange;

result<void> make_plan(exchange& x);

}  // namespace sallyport::stages
