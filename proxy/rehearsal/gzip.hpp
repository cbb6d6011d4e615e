#pragma once
/// A gzip file (RFC 1952) of stored blocks: real gzip for every decoder, without a compressor. Pure.

#include <string>
#include <string_view>

namespace sallyport::rehearsal {

std::string gzip_of(std::string_view text);

}  // namespace sallyport::rehearsal
