#pragma once
/// classify: the facts that policy may know of the call, its data class and tags among them. A class only rises: floors of team and key, the
/// attachments' class, labels in headers, what the conversation has reached. 400 for malformed tags.

#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"
#include "proxy/stages/caller.hpp"
#include "proxy/words/facts.hpp"

namespace sallyport::stages {

struct exchange;

result<void> classify(exchange& x);

/// What a call says by itself.
void take_call(const call& asked, facts& known);
/// What the configuration says of a call, whatever its headers are. For explain too.
void raise_to_floors(const caller& who, const call& asked, const config::privacy_settings& privacy, facts& known);

}  // namespace sallyport::stages
