#include "proxy/words/keyed_hash.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sallyport;

namespace {

/// Of the reference vectors: key and text are the bytes 0, 1, 2 ...
constexpr hash_key counted{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

std::string counting(int length) {
  std::string text;
  for (int i = 0; i < length; ++i) text += static_cast<char>(i);
  return text;
}

}  // namespace

// github.com/veorq/SipHash, vectors.h; that of 15 bytes is the example of the paper's appendix A.
TEST_CASE("the hash is SipHash-2-4") {
  CHECK(keyed_hash(counted, counting(0)) == 0x726fdb47dd0e0e31u);
  CHECK(keyed_hash(counted, counting(1)) == 0x74f839c593dc67fdu);
  CHECK(keyed_hash(counted, counting(8)) == 0x93f5f5799a932462u);
  CHECK(keyed_hash(counted, counting(15)) == 0xa129ca6149be45e5u);
}

TEST_CASE("another key, another hash; another byte, another hash") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 100; ++i) seen.insert(keyed_hash({i, 7}, "a conversation"));
  for (std::uint64_t i = 1; i < 100; ++i) seen.insert(keyed_hash({7, i + 100}, "a conversation"));
  for (int i = 0; i < 100; ++i) seen.insert(keyed_hash(counted, std::string(1'000, 'x') + static_cast<char>(i)));
  for (std::size_t i = 0; i < 100; ++i) seen.insert(keyed_hash(counted, std::string(i, '\0')));
  CHECK(seen.size() == 399);
}
