#pragma once
/// Keys that are minted while the gateway runs, in the same file as the ledger. Only a keyed hash of a key is kept: who reads the file can
/// neither use a key nor try guesses without the pepper, which lies beside it.

#include "adapters/words/result.hpp"
#include "adapters/words/secret.hpp"
#include "proxy/words/clock.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::ledger {

using key_digest = std::array<std::uint8_t, 32>;

struct stored_key {
  std::string team;
  std::string name;                               ///< unique among the team's keys that are not revoked
  key_digest digest{};                            ///< HMAC-SHA-256 of its text with the pepper
  std::chrono::sys_seconds created{};
  std::optional<std::chrono::sys_seconds> expires;
  std::optional<std::chrono::sys_seconds> revoked;
  std::vector<std::string> models;                ///< empty: all of its team's
  std::vector<std::string> networks;              ///< as written: 10.0.0.0/8; empty: anywhere
};

/// HMAC-SHA-256 (RFC 2104) of the key's whole text.
key_digest digest_of(std::string_view key, const secret& pepper);

/// A fresh key: "sp-" and 43 characters of 258 random bits. Empty when the system has no random numbers to give.
std::string random_key();

/// The pepper of that folder, 32 random bytes in hexadecimal in a file of its owner's alone; made where there is none. Losing it makes every
/// stored key unknown.
result<secret> pepper_in(const std::string& folder);

/// A connection of its own: the gateway, and commands beside it, may have one each. One thread at a time.
class key_store {
 public:
  /// The store of that path, which must be there and of this version.
  static result<std::unique_ptr<key_store>> open(const std::string& path);
  virtual ~key_store() = default;

  /// Every key, revoked ones too, by team and name, then the newest first.
  virtual result<std::vector<stored_key>> all() = 0;
  /// invalid_request when the team has a key of that name which is neither revoked nor expired at `now`.
  virtual result<void> add(const stored_key& key, std::chrono::sys_seconds now) = 0;
  /// In one: the key of that name ends at `when`, and `successor`, of the same team and name, is there from now on. invalid_request when
  /// there is none to succeed.
  virtual result<void> rotate(const stored_key& successor, std::chrono::sys_seconds when, std::chrono::sys_seconds now) = 0;
  /// Ends the key of that name at `when`: now, or later while a successor takes over. invalid_request when there is none.
  virtual result<void> end(std::string_view team, std::string_view name, std::chrono::sys_seconds when, std::chrono::sys_seconds now) = 0;
  /// A number that changes with every change of keys; for those that keep a copy.
  virtual result<std::int64_t> version() = 0;
};

}  // namespace sallyport::ledger
