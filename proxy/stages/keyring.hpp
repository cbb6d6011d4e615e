#pragma once
/// key -> team. Keys are known by the SHA-256 of their whole text only; looked up by it and compared in constant time, so that neither the
/// answer nor its time tells how much of a guess was right.

#include "config/settings.hpp"
#include "proxy/stages/caller.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::stages {

using key_hash = std::array<std::uint8_t, 32>;

key_hash sha256_of(std::string_view text);

/// Immutable; part of a generation.
class keyring {
 public:
  explicit keyring(const config::settings& of);

  /// With no team at all everybody may ask.
  bool is_open() const { return open_; }
  /// Whose key this is, or null. Of a key that has expired too: that is for identify to say.
  const caller* find(std::string_view key) const;

 private:
  struct by_first_bytes {
    std::size_t operator()(const key_hash& hash) const {
      std::size_t first = 0;
      std::memcpy(&first, hash.data(), sizeof first);
      return first;
    }
  };
  bool open_;
  std::unordered_map<key_hash, caller, by_first_bytes> owners_;
};

}  // namespace sallyport::stages
