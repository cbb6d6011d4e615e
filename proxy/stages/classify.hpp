#pragma once
/// classify: the facts that policy may know of the call, its data class and tags among them. A class only rises: floors of team and key, labels in
/// headers, what the conversation has reached, and last what stands in the call. 400 for malformed tags, 403 for what a detector refuses.

#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"
#include "proxy/stages/caller.hpp"
#include "proxy/words/facts.hpp"

namespace sallyport::stages {

struct exchange;

result<void> classify(exchange& x);

/// What a call says by itself.
void take_call(const call& asked, facts& known);
/// What the configuration says of all that they send. For explain too.
void raise_to_floors(const caller& who, facts& known);

}  // namespace sallyport::stages
