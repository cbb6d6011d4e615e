#pragma once
/// What must hold for a provider as a whole: an address that its class may use, a credential, headers that are fit for the wire.

#include "config/presets.hpp"
#include "config/provider_keys.hpp"

namespace sallyport::config {

/// Says each problem at the key of the draft that it concerns.
void check_provider(const named<provider_draft>& from, const preset& kind, const provider& made);

}  // namespace sallyport::config
