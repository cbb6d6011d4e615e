#include "adapters/sse_event_reader.hpp"

namespace sallyport {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t kept_bytes_max = 256 * 1024;

}  // namespace

void sse_event_reader::feed(std::string_view bytes) {
  if (first_bytes_.size() < gzip_magic.size()) {
    first_bytes_ += bytes.substr(0, gzip_magic.size() - first_bytes_.size());
    is_compressed_ = first_bytes_ == gzip_magic;
    if (is_compressed_) blocks_.stop_reading();
  }
  blocks_.feed(bytes);
}

const event* sse_event_reader::next() {
  if (given_ < events_.size()) return &events_[given_++];
  const sse_block* block = blocks_.next();
  if (!block) return nullptr;
  events_.clear();
  given_ = 1;
  read(*block);
  if (events_.empty()) add(event_kind::ignored);
  // A terminal event is relayed as such, so the bytes go with that.
  event& carrier = events_.back().kind == event_kind::done ? events_.back() : events_.front();
  carrier.raw = block->raw;
  events_.front().data = block->has_data || block->error.has_value();
  for (event& each : events_) each.unfinished = block->unfinished;
  return &events_.front();
}

event& sse_event_reader::add(event_kind kind) {
  event& made = events_.emplace_back();
  made.kind = kind;
  return made;
}

void sse_event_reader::fail_with(failure_kind kind, std::string detail) { add(event_kind::failed).why = fail(kind, std::move(detail)); }

void sse_event_reader::read(const sse_block& block) {
  if (is_compressed_) {
    // Said once; what follows is ignored.
    is_compressed_ = false;
    return fail_with(failure_kind::garbled_reply, "a compressed stream, although identity was asked for");
  }
  if (block.too_large) return fail_with(failure_kind::garbled_reply, "an event above 16 MiB in the stream");
  if (block.error) return void(add(event_kind::failed).why = failure_in(*block.error));
  if (block.has_data) read_data(block);
}

json_document& sse_event_reader::document_of_thread() {
  thread_local json_document document;
  return document;
}

bool sse_event_reader::takes(json_document& document, const sse_block& block, bool matters) {
  const bool is_json = document.parse(block.data);
  if (is_json) {
    texts_.clear();
    if (texts_.capacity() > kept_bytes_max) texts_.shrink_to_fit();
    texts_.reserve(block.data.size());
  } else if (matters && !block.unfinished) {
    fail_with(failure_kind::garbled_reply, "an event that is not JSON: " + std::string(document.problem()));
  }
  return is_json;
}

std::string_view sse_event_reader::kept(std::string_view text) {
  const std::size_t from = texts_.size();
  texts_ += text;
  return std::string_view(texts_).substr(from);
}

}  // namespace sallyport
