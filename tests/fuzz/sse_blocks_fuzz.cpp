// Any bytes as an event stream: no byte is lost, and the same events come out however the bytes are cut.

#include "adapters/sse_blocks.hpp"
#include "stream_cuts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace {

using namespace sallyport;
using fuzz::must;

struct raised {
  std::string type, data, id;
  std::optional<std::string> error;
  std::optional<std::uint64_t> retry_ms;
  bool has_data, unfinished;
  bool operator==(const raised&) const = default;
};

struct seen {
  std::vector<raised> events;
  std::string raw;
};

void take(sse_blocks& blocks, seen& into) {
  while (const sse_block* block = blocks.next()) {
    into.raw += block->raw;
    must(!block->too_large && block->raw.size() <= sse_block_bytes_max);
    must(block->data.size() <= block->raw.size() && (block->has_data || block->data.empty()));
    // A block without a field means nothing, and where bytes are cut decides whether the end of a line is one.
    if (!block->has_data && !block->error && !block->retry_ms && block->type.empty()) continue;
    into.events.push_back({std::string(block->type), std::string(block->data), std::string(block->id),
                           block->error ? std::optional<std::string>(*block->error) : std::nullopt, block->retry_ms, block->has_data,
                           block->unfinished});
  }
}

// Step 0 feeds all at once; each piece is an allocation of its own, so that a view that is kept too long is found.
seen fed(std::string_view bytes, std::size_t step) {
  sse_blocks blocks;
  seen all;
  while (!bytes.empty()) {
    const std::size_t length = step == 0 ? bytes.size() : std::min(step, bytes.size());
    blocks.feed(std::string(bytes.substr(0, length)));
    take(blocks, all);
    bytes.remove_prefix(length);
  }
  blocks.end();
  take(blocks, all);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const seen whole = fed(stream, 0);
  must(whole.raw == stream);
  for (const std::size_t step : {std::size_t{1}, std::size_t{2} + bytes[0] % 61}) {
    const seen cut = fed(stream, step);
    must(cut.raw == stream);
    must(cut.events == whole.events);
  }
  return 0;
}
