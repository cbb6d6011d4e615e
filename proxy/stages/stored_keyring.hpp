#pragma once
/// The keys of the store, as one worker sees them. A copy that is made anew when the store's keys change; a generation does not hold it.

#include "config/settings.hpp"
#include "proxy/ledger/key_store.hpp"
#include "proxy/stages/caller.hpp"

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::stages {

/// Immutable.
class stored_keyring {
 public:
  /// Revoked keys and those whose networks cannot be read are left out.
  stored_keyring(secret pepper, const std::vector<ledger::stored_key>& keys);

  /// Whose key this is in that configuration; nobody for an unknown key, for a team that it does not have, and for a name under which the
  /// team has a key in the configuration: that one wins. Its time does not depend on which of these it was, as far as a client could tell.
  caller find(std::string_view key, const config::settings& in) const;
  bool is_empty() const { return keys_.empty(); }

 private:
  struct entry {
    std::string team;
    std::shared_ptr<const config::key> key;
  };
  struct by_first_bytes {
    std::size_t operator()(const ledger::key_digest& digest) const {
      std::size_t first = 0;
      std::memcpy(&first, digest.data(), sizeof first);
      return first;
    }
  };

  secret pepper_;
  std::unordered_map<ledger::key_digest, entry, by_first_bytes> keys_;
};

}  // namespace sallyport::stages
