#pragma once
/// sallyport keys ... on the store: a key is minted, listed, revoked and rotated beside a running gateway, which sees it within a second.

#include "proxy/ledger/key_desk.hpp"

#include <string>

namespace sallyport::commands {

struct stored_key_options {
  std::string file;            ///< configuration: it says where the store lies, and which teams there are
  ledger::key_order order;     ///< of which list, revoke and rotate take only team and name
  std::string grace = "24h";   ///< how long a rotated key goes on to be valid
};

int mint_stored_key(const stored_key_options& options);
int list_stored_keys(const stored_key_options& options);
int revoke_stored_key(const stored_key_options& options);
int rotate_stored_key(const stored_key_options& options);

}  // namespace sallyport::commands
