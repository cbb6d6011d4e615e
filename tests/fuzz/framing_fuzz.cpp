// Bytes of a client against the framing rules and the chunk decoder: whatever is accepted has one framing, at every split.

#include "adapters/words/header_list.hpp"
#include "proxy/words/chunk_decoder.hpp"
#include "proxy/server/framing.hpp"
#include "proxy/server/request_fields.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sallyport;
using namespace sallyport::server;

void must(bool holds) {
  if (!holds) std::abort();
}

struct decoding {
  std::string content;
  bool refused = false;
  bool done = false;
  std::size_t taken = 0;
};

decoding decode(std::string_view bytes, std::size_t step) {
  constexpr std::uint64_t limit = 1 << 20;
  decoding seen;
  chunk_decoder decoder(limit);
  while (seen.taken < bytes.size() && !decoder.is_done()) {
    const auto taken = decoder.feed(bytes.substr(seen.taken, step), seen.content);
    seen.refused = taken.has_error();
    if (seen.refused) break;
    must(*taken > 0);
    seen.taken += *taken;
  }
  must(seen.content.size() <= limit && seen.content.size() <= bytes.size());
  seen.done = decoder.is_done();
  return seen;
}

void check_chunks(std::string_view bytes) {
  const auto whole = decode(bytes, bytes.size() + 1);
  const auto split = decode(bytes, 1);
  must(whole.refused == split.refused && whole.done == split.done);
  if (!whole.refused) must(whole.content == split.content && whole.taken == split.taken);
}

/// Counts the lines that begin with that text, in whatever case.
int lines_named(std::string_view head, std::string_view name) {
  int count = 0;
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2))
    if (same_name(head.substr(at + 2, name.size()), name)) ++count;
  return count;
}

void check_accepted(std::string_view head, const framing& framed) {
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '\n') must(at > 0 && head[at - 1] == '\r');
    if (head[at] == '\r') must(at + 1 < head.size() && head[at + 1] == '\n');
    must(head[at] != '\0');
  }
  must(head.find("\r\n ") == std::string_view::npos && head.find("\r\n\t") == std::string_view::npos);
  must(head.find("\r\n\r\n") + 4 == head.size());
  must(lines_named(head, "transfer-encoding:") == (framed.body == body_framing::chunked ? 1 : 0));
  must(lines_named(head, "content-length:") <= (framed.body == body_framing::chunked ? 0 : 1));
  must(lines_named(head, "host:") <= 1);
  must(framed.body != body_framing::chunked || framed.minor == 1);
  must(framed.body == body_framing::none || (framed.method != "GET" && framed.method != "HEAD"));
  must(framed.path.starts_with('/') && framed.path.find('?') == std::string_view::npos);
  const auto fields = read_fields(head, framed);
  if (fields.has_value())
    for (const auto& [name, value] : *fields) must(is_token(name) && is_field_value(value));
}

void check_head(std::string_view bytes) {
  std::size_t scanned = 0;
  const auto whole = find_head_end(bytes, scanned);
  head_extent split;
  std::size_t split_scanned = 0;
  for (std::size_t have = 1; have <= bytes.size() && split.state == head_state::incomplete; ++have)
    split = find_head_end(bytes.substr(0, have), split_scanned);
  must(whole.state == split.state && whole.length == split.length);
  if (whole.state != head_state::whole) {
    (void)examine(bytes);
    return;
  }
  const auto head = bytes.substr(0, whole.length);
  if (const auto framed = examine(head); framed.has_value()) check_accepted(head, *framed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  check_head(input);
  check_chunks(input);
  return 0;
}
