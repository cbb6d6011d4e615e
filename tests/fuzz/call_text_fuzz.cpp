// Bytes of a client as the body of a call: whatever is accepted has texts within bounds, and the same ones when it is read again.

#include "adapters/call_text.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace sallyport;

void must(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> texts_of(call_text& reader, operation asks, std::string_view body) {
  std::vector<std::string> made;
  if (reader.read(asks, body)) must(reader.texts().empty());
  for (const auto text : reader.texts()) made.emplace_back(text);
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static call_text reader;
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  for (const auto asks : {operation::chat_completions, operation::completions, operation::embeddings}) {
    const auto first = texts_of(reader, asks, body);
    std::size_t length = 0;
    for (const auto& text : first) length += text.size();
    must(length <= 10 * size);
    call_text other;
    must(texts_of(other, asks, body) == first);
  }
  return 0;
}
