#pragma once
/// CRC-32C (Castagnoli), as in RFC 3720 appendix B.4: what tells a whole record of the journal from a torn one.

#include <cstddef>
#include <cstdint>
#include <span>

namespace sallyport::ledger {

/// By the processor's instruction where it has one (SSE 4.2).
std::uint32_t crc32c(std::span<const std::byte> bytes);
/// The same on any processor.
std::uint32_t crc32c_by_tables(std::span<const std::byte> bytes);

}  // namespace sallyport::ledger
