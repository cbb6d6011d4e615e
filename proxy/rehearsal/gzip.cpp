#include "proxy/rehearsal/gzip.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <cstdint>

namespace sallyport::rehearsal {
namespace {

void append_little_endian(std::string& to, std::uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(number >> (8 * i) & 0xffu);
}

}  // namespace

std::string gzip_of(std::string_view text) {
  constexpr std::size_t block_max = 65'535;                                       // RFC 1951 section 3.2.4: LEN has 16 bits
  std::string file("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);               // no name, no time, unknown system
  boost::crc_32_type checksum;
  checksum.process_bytes(text.data(), text.size());
  std::string_view rest = text;
  bool is_last = false;
  while (!is_last) {
    const auto size = static_cast<std::uint32_t>(std::min(rest.size(), block_max));
    is_last = size == rest.size();
    file += is_last ? '\x01' : '\x00';
    append_little_endian(file, size, 2);
    append_little_endian(file, ~size, 2);
    file += rest.substr(0, size);
    rest.remove_prefix(size);
  }
  append_little_endian(file, checksum.checksum(), 4);
  append_little_endian(file, static_cast<std::uint32_t>(text.size()), 4);
  return file;
}

}  // namespace sallyport::rehearsal
