#pragma once
/// identify: key -> team. 401. Stands first: nothing of a request is read, counted by team or sent before we know whose it is.

#include "adapters/words/result.hpp"
#include "proxy/stages/keyring.hpp"
#include "proxy/stages/stored_keyring.hpp"

#include "adapters/words/header_list.hpp"
#include "proxy/words/clock.hpp"

#include <string_view>

namespace sallyport::stages {

/// The keys that there are. `stored` is null while there are none.
struct who_knows {
  const keyring& keys;
  const stored_keyring* stored;
  const config::settings& settings;
};

/// The owner of the key in `authorization: Bearer KEY`, `x-api-key` or `api-key`; the first of them that is there counts.
/// With an open gateway: an owner without a team, whatever key was sent. Fails with key_missing or key_invalid.
/// An expired key, and one from outside its networks, are key_invalid too: whoever guesses learns nothing; the failure's detail says why.
result<caller> identify(const header_list& headers, const who_knows& known, std::string_view address, wall_time now);

}  // namespace sallyport::stages
