// A client's body in anthropic_messages: what is taken can be sent on, verbatim or written anew, and is JSON both times.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace sallyport;

void must_be_json(const std::string& text) {
  json_document document;
  if (!document.parse(text)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const dialect& spoken = dialect_of(dialect_id::anthropic_messages);
  const auto read = spoken.read_call(operation::chat_completions, std::string(reinterpret_cast<const char*>(bytes), size));
  if (!read) return 0;
  const quirks none;
  must_be_json(spoken.write_request(*read, "up", none).body);
  const auto more = spoken.write_continuation(*read, "claude-sonnet-4-5", none, continuation::prefill, "Once upon");
  if (more) must_be_json(more->body);
  const auto whole = spoken.read_chat(*read);
  if (!whole) return 0;
  for (const char* model : {"claude-sonnet-4-5", "claude-opus-5", "other"})
    if (const auto sent = spoken.write_chat(*whole, {model, none, "a"})) must_be_json(sent->body);
  return 0;
}
