// Bytes of a provider that speaks anthropic_messages as a stream.

#include "stream_cuts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  sallyport::fuzz::check_stream(sallyport::dialect_id::anthropic_messages, bytes, size);
  return 0;
}
