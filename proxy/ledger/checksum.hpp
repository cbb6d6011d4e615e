#pragma once
/// CRC-32C (Castagnoli), as in RFC 3720 appendix B.4: what tells a whole record of the journal from a torn one.

#include <cstddef>
#include <cstdint>
#include <span>

namespace sallyport::ledger {

std::uint32_t crc32c(std::span<const std::byte> bytes);

}  // namespace sallyport::ledger
