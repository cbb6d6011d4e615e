#pragma once
/// Mints, lists, rotates and revokes stored keys: what `sallyport keys` and the admin API share. Names are checked against the
/// configuration, so that no key is made that could not be used.

#include "adapters/words/result.hpp"
#include "adapters/words/secret.hpp"
#include "config/settings.hpp"
#include "proxy/ledger/key_store.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::ledger {

inline constexpr std::size_t key_items_max = 100;   ///< models, and networks, of one key

/// A key that somebody wants, as written by a person: all texts are unchecked.
struct key_order {
  std::string team;
  std::string name = "default";
  std::string expires;                 ///< a day in UTC, as in 2027-01-31; empty: never, and of a successor: after as long as its predecessor
  std::vector<std::string> models;     ///< empty: all of its team's, and of a successor: those of its predecessor
  std::vector<std::string> networks;   ///< as 10.0.0.0/8; empty: anywhere, and of a successor: those of its predecessor
};

/// A key as it is shown once.
struct minted_key {
  stored_key key;
  secret text;
};

/// A key as it is listed: of the configuration, or of the store.
struct listed_key {
  std::string team;
  std::string name;
  bool stored = false;
  std::optional<std::chrono::sys_seconds> created;   ///< of stored ones
  std::optional<std::chrono::sys_seconds> expires;
  std::optional<std::chrono::sys_seconds> revoked;
  std::vector<std::string> models;
  std::vector<std::string> networks;
};

/// On one thread, that of its store. Every failure is invalid_request with a sentence that says what to do, or the store's.
class key_desk {
 public:
  /// Both outlive it.
  key_desk(key_store& keys, const secret& pepper) : keys_(keys), pepper_(pepper) {}

  result<minted_key> mint(const config::settings& in, const key_order& order, std::chrono::sys_seconds now);
  /// The key of that name goes on for `grace` (a duration as in 24h, at most a year) beside its successor.
  result<minted_key> rotate(const config::settings& in, const key_order& order, const std::string& grace, std::chrono::sys_seconds now);
  /// Ends all keys of that name at once.
  result<void> revoke(std::string_view team, std::string_view name, std::chrono::sys_seconds now);
  /// Of that team, or of all when it is empty: the configuration's, then the store's, revoked ones too.
  result<std::vector<listed_key>> list(const config::settings& in, std::string_view team);

 private:
  result<minted_key> drawn(const config::settings& in, const key_order& order, std::chrono::sys_seconds now);
  result<std::optional<stored_key>> in_use(std::string_view team, std::string_view name, std::chrono::sys_seconds now);

  key_store& keys_;
  const secret& pepper_;
};

}  // namespace sallyport::ledger
