#include "proxy/stages/stored_keyring.hpp"

#include "config/addresses.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace sallyport::stages {
namespace {

/// Nothing when a network cannot be read: such a key is nobody's, rather than everybody's.
std::shared_ptr<const config::key> key_of(const ledger::stored_key& from) {
  config::key made{.name = from.name, .expires = from.expires, .models = from.models};
  for (const auto& text : from.networks) {
    const auto network = config::network_in(text);
    if (!network) return nullptr;
    made.networks.push_back(*network);
  }
  return std::make_shared<const config::key>(std::move(made));
}

bool names(const config::team& team, const std::string& key) {
  return std::any_of(team.keys.begin(), team.keys.end(), [&](const config::key& one) { return one.name == key; });
}

}  // namespace

stored_keyring::stored_keyring(secret pepper, const std::vector<ledger::stored_key>& keys) : pepper_(std::move(pepper)) {
  for (const auto& one : keys) {
    if (one.revoked) continue;
    if (auto key = key_of(one)) keys_.emplace(one.digest, entry{one.team, std::move(key)});
  }
}

caller stored_keyring::find(std::string_view key, const config::settings& in) const {
  const auto digest = ledger::digest_of(key, pepper_);
  const auto at = keys_.find(digest);
  if (at == keys_.end() || CRYPTO_memcmp(at->first.data(), digest.data(), digest.size()) != 0) return {};
  const auto team = in.teams.find(at->second.team);
  if (team == in.teams.end() || names(*team->second, at->second.key->name)) return {};
  return {team->second, at->second.key};
}

}  // namespace sallyport::stages
