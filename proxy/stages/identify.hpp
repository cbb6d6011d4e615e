#pragma once
/// identify: key -> team. 401. Stands first: nothing of a request is read, counted by team or sent before we know whose it is.

#include "adapters/words/result.hpp"
#include "proxy/stages/keyring.hpp"

#include "adapters/words/header_list.hpp"

namespace sallyport::stages {

/// The owner of the key in `authorization: Bearer KEY`, `x-api-key` or `api-key`; the first of them that is there counts.
/// With an open gateway: an owner without a team, whatever key was sent. Fails with key_missing or key_invalid.
result<keyring::owner> identify(const header_list& headers, const keyring& keys);

}  // namespace sallyport::stages
