// Bytes of a provider that speaks openai_chat as a stream.

#include "stream_cuts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  sallyport::fuzz::check_stream(sallyport::dialect_id::openai_chat, bytes, size);
  return 0;
}
