#include "proxy/ledger/checksum.hpp"

#include <array>
#include <cstring>

namespace sallyport::ledger {
namespace {

constexpr std::uint32_t polynomial = 0x82f6'3b78;   // reflected
using table = std::array<std::uint32_t, 256>;

// Eight tables take eight bytes a step, for processors that have no instruction for it.
constexpr std::array<table, 8> make_tables() {
  std::array<table, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][i] = crc;
  }
  for (std::size_t t = 1; t < 8; ++t)
    for (std::size_t i = 0; i < 256; ++i) tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xff];
  return tables;
}

constexpr auto tables = make_tables();

std::uint32_t eight_bytes(std::uint32_t crc, const std::byte* at) {
  std::array<std::uint8_t, 8> in{};
  std::memcpy(in.data(), at, in.size());
  for (std::size_t i = 0; i < 4; ++i) in[i] ^= static_cast<std::uint8_t>(crc >> (8 * i));
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < 8; ++i) next ^= tables[7 - i][in[i]];
  return next;
}

#if defined(__x86_64__)
bool has_instruction() {
  static const bool has = __builtin_cpu_supports("sse4.2") != 0;
  return has;
}

[[gnu::target("sse4.2")]] std::uint32_t by_instruction(std::span<const std::byte> bytes) {
  std::uint64_t crc = 0xffff'ffff;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t in = 0;
    std::memcpy(&in, bytes.data() + at, sizeof in);
    crc = __builtin_ia32_crc32di(crc, in);
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (; at < bytes.size(); ++at) rest = __builtin_ia32_crc32qi(rest, std::to_integer<std::uint8_t>(bytes[at]));
  return ~rest;
}
#else
bool has_instruction() { return false; }
std::uint32_t by_instruction(std::span<const std::byte> bytes) { return crc32c_by_tables(bytes); }
#endif

}  // namespace

std::uint32_t crc32c_by_tables(std::span<const std::byte> bytes) {
  std::uint32_t crc = 0xffff'ffff;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) crc = eight_bytes(crc, bytes.data() + at);
  for (; at < bytes.size(); ++at) crc = (crc >> 8) ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(bytes[at])) & 0xff];
  return ~crc;
}

std::uint32_t crc32c(std::span<const std::byte> bytes) { return has_instruction() ? by_instruction(bytes) : crc32c_by_tables(bytes); }

}  // namespace sallyport::ledger
