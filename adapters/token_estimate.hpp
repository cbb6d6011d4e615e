#pragma once
/// A rough count of tokens from bytes, for limits, conditions and replies whose provider reports no usage. Never shown as a report.

#include <cstddef>
#include <cstdint>

namespace sallyport {

/// About four bytes a token for the texts that models are asked about (English 4.0 to 4.5, code 3 to 3.5); rounded up.
inline constexpr std::int64_t estimate_tokens(std::size_t text_bytes) { return static_cast<std::int64_t>((text_bytes + 3) / 4); }

}  // namespace sallyport
