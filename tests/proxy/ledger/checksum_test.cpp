#include "proxy/ledger/checksum.hpp"

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <string_view>

using sallyport::ledger::crc32c;
using sallyport::ledger::crc32c_by_tables;

TEST_CASE("the checksum is the one of RFC 3720 appendix B.4") {
  std::array<std::byte, 32> bytes{};
  CHECK(crc32c(bytes) == 0x8a91'36aa);
  bytes.fill(std::byte{0xff});
  CHECK(crc32c(bytes) == 0x62a8'ab43);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  CHECK(crc32c(bytes) == 0x46dd'794e);
}

TEST_CASE("lengths that are no multiple of eight count too") {
  CHECK(crc32c(std::as_bytes(std::span(std::string_view("123456789")))) == 0xe306'9283);
  CHECK(crc32c({}) == 0);
}

TEST_CASE("the tables and the processor's instruction agree at every length") {
  std::array<std::byte, 300> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 131 + 7);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const auto some = std::span(bytes).first(length);
    CHECK(crc32c(some) == crc32c_by_tables(some));
  }
}
