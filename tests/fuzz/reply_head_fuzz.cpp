// Lines of a provider as the head of its reply: whatever is accepted has one framing, and fields that are fit for the wire.

#include "proxy/upstream/reply_head.hpp"
#include "stream_cuts.hpp"

#include <string>
#include <string_view>

namespace {

using namespace sallyport;
using namespace sallyport::upstream;
using fuzz::must;

void check_whole(const reply_head& read) {
  const incoming_head& head = read.head();
  must(head.status >= 200 && head.status <= 999);
  std::string length;
  int chunked = 0;
  for (const auto& [name, value] : head.headers) {
    must(is_token(name) && is_field_value(value));
    must(!same_name(name, "content-encoding") || value.empty() || same_name(value, "identity"));
    if (same_name(name, "transfer-encoding")) ++chunked;
    if (same_name(name, "content-length")) {
      must(length.empty() || length == value);
      length = value;
    }
  }
  must(chunked == 0 || (chunked == 1 && length.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view left(reinterpret_cast<const char*>(bytes), size);
  reply_head read;
  bool refused = false;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find('\n'), left.size() - 1) + 1;
    // An allocation of its own: what is kept of a line has to be a copy.
    const std::string line(left.substr(0, end));
    left.remove_prefix(end);
    const bool was_whole = read.is_whole();
    const auto verdict = read.take(line);
    must(!refused || verdict == reply_head::verdict::refused);
    refused = verdict == reply_head::verdict::refused;
    must(refused == !read.why_not().empty());
    must((verdict == reply_head::verdict::whole) == (!was_whole && read.is_whole()));
    if (read.is_whole()) check_whole(read);
  }
  return 0;
}
