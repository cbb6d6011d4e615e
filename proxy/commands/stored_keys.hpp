#pragma once
/// sallyport keys ... on the store: a key is minted, listed, revoked and rotated beside a running gateway, which sees it within a second.

#include <string>
#include <vector>

namespace sallyport::commands {

struct stored_key_options {
  std::string file;                    ///< configuration: it says where the store lies, and which teams there are
  std::string team;
  std::string name = "default";
  std::string expires;                 ///< a day in UTC, as in 2027-01-31; empty: never
  std::vector<std::string> models;
  std::vector<std::string> networks;
  std::string grace = "24h";           ///< how long a rotated key goes on to be valid
};

int mint_stored_key(const stored_key_options& options);
int list_stored_keys(const stored_key_options& options);
int revoke_stored_key(const stored_key_options& options);
int rotate_stored_key(const stored_key_options& options);

}  // namespace sallyport::commands
