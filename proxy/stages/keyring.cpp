#include "proxy/stages/keyring.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace sallyport::stages {

key_hash sha256_of(std::string_view text) {
  key_hash hash{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &length, EVP_sha256(), nullptr);
  return hash;
}

keyring::keyring(const config::settings& of) : open_(of.teams.empty()) {
  for (const auto& [name, team] : of.teams)
    for (const auto& key : team->keys) owners_.emplace(key.sha256, caller{team, std::shared_ptr<const config::key>(team, &key)});
}

const caller* keyring::find(std::string_view key) const {
  const key_hash hash = sha256_of(key);
  const auto at = owners_.find(hash);
  if (at == owners_.end()) return nullptr;
  return CRYPTO_memcmp(at->first.data(), hash.data(), hash.size()) == 0 ? &at->second : nullptr;
}

}  // namespace sallyport::stages
