#include "proxy/stages/keyring.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>

namespace sallyport::stages {
namespace {

/// A digest of OpenSSL's for one thread: looking SHA-256 up and making a context for it costs more than the digest of a key.
struct hasher {
  hasher() = default;
  hasher(const hasher&) = delete;
  hasher& operator=(const hasher&) = delete;
  ~hasher() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(sha256);
  }
  EVP_MD* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

}  // namespace

key_hash sha256_of(std::string_view text) {
  thread_local const hasher with;
  key_hash hash{};
  // Without memory for it no key may look like another: the process ends.
  const bool done = EVP_DigestInit_ex2(with.context, with.sha256, nullptr) == 1 && EVP_DigestUpdate(with.context, text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(with.context, hash.data(), nullptr) == 1;
  if (!done) std::abort();
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
