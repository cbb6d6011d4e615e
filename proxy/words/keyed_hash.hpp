#pragma once
/// A number for a text that nobody without the key can foresee: SipHash-2-4 (Aumasson and Bernstein, 2012, cr.yp.to/siphash).

#include <cstdint>
#include <string_view>

namespace sallyport {

struct hash_key {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

/// Pure.
std::uint64_t keyed_hash(const hash_key& key, std::string_view text);

}  // namespace sallyport
