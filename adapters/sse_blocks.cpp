#include "adapters/sse_blocks.hpp"

#include <algorithm>
#include <charconv>

namespace sallyport {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// What a buffer may keep for its next use; the memory of a giant event goes back.
constexpr std::size_t kept_bytes_max = 256 * 1024;

void shrink_if_large(std::string& text) {
  if (text.capacity() > kept_bytes_max && text.size() < kept_bytes_max / 2) text.shrink_to_fit();
}

// Where the line that goes on at `from` ends: its CR or LF, or the end of the text. `lf` keeps the next LF between calls (npos: not
// known), else a text without any would be searched through again for each of its lines. Two searches at memory speed are faster than
// one that looks at each byte.
std::size_t line_end(std::string_view text, std::size_t from, std::size_t& lf) {
  if (lf == std::string_view::npos || lf < from) lf = std::min(text.find('\n', from), text.size());
  return from + std::min(text.substr(from, lf - from).find('\r'), lf - from);
}

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

void sse_blocks::feed(std::string_view bytes) {
  buffer_.erase(0, start_);
  line_ -= start_;
  searched_ -= start_;
  start_ = 0;
  next_lf_ = std::string_view::npos;
  shrink_if_large(buffer_);
  buffer_.append(bytes);
}

const sse_block* sse_blocks::next() {
  if (broken_) return give_rest();
  if (find_block_end()) return give(line_, false);
  if (buffer_.size() - start_ > sse_block_bytes_max) return give(buffer_.size(), false);
  if (ended_ && start_ < buffer_.size()) return give(buffer_.size(), true);
  return nullptr;
}

sse_blocks::line sse_blocks::line_at(std::size_t from) {
  const std::size_t end = searched_ = line_end(buffer_, searched_, next_lf_);
  if (end == buffer_.size()) return {end - from, 0};
  const bool pair = buffer_[end] == '\r' && end + 1 < buffer_.size() && buffer_[end + 1] == '\n';
  return {end - from, pair ? std::size_t{2} : std::size_t{1}};
}

// Leaves line_ behind the blank line that ends the block.
bool sse_blocks::find_block_end() {
  if (skip_lf_ && line_ < buffer_.size()) {
    skip_lf_ = false;
    if (buffer_[line_] == '\n') searched_ = ++line_;
  }
  while (line_ < buffer_.size()) {
    const line found = line_at(line_);
    if (found.end_length == 0) return false;
    const std::string_view text = std::string_view(buffer_).substr(line_, found.length);
    const bool blank = text.empty() || (at_beginning_ && line_ == 0 && text == byte_order_mark);
    line_ += found.length + found.end_length;
    searched_ = line_;
    // A CR at the end of what we have may be half a CRLF. Waiting would hold an event back, so the other half is skipped later.
    skip_lf_ = line_ == buffer_.size() && buffer_.back() == '\r';
    if (blank) return true;
  }
  return false;
}

const sse_block* sse_blocks::give(std::size_t end, bool unfinished) {
  block_ = {};
  block_.raw = std::string_view(buffer_).substr(start_, end - start_);
  block_.unfinished = unfinished && block_.raw != "\n";  // the LF of a CRLF whose CR ended the block before
  block_.too_large = broken_ = block_.raw.size() > sse_block_bytes_max;
  start_ = line_ = searched_ = end;
  if (!broken_) read(block_.raw);
  block_.id = id_;
  return &block_;
}

const sse_block* sse_blocks::give_rest() {
  if (start_ == buffer_.size()) return nullptr;
  block_ = {};
  block_.raw = std::string_view(buffer_).substr(start_);
  start_ = line_ = searched_ = buffer_.size();
  return &block_;
}

void sse_blocks::read(std::string_view raw) {
  joined_.clear();
  shrink_if_large(joined_);
  data_lines_ = 0;
  if (at_beginning_ && raw.starts_with(byte_order_mark)) raw.remove_prefix(byte_order_mark.size());
  at_beginning_ = false;
  for (std::size_t from = 0, lf = std::string_view::npos; from < raw.size();) {
    const std::size_t end = line_end(raw, from, lf);
    read_line(raw.substr(from, end - from));
    from = end + 1;
  }
  if (data_lines_ > 1) block_.data = joined_;
}

// An empty line, as between the CR and the LF of a pair, says nothing.
void sse_blocks::read_line(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view field = text.substr(0, colon);
  std::string_view value = text.substr(std::min(colon + 1, text.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") read_data(value);
  if (field == "event") block_.type = value;
  if (field == "error") block_.error = value;
  if (field == "retry") block_.retry_ms = whole_number(value);
  if (field == "id" && value.find('\0') == std::string_view::npos) id_ = value;
}

// One line, the usual case, is not copied.
void sse_blocks::read_data(std::string_view value) {
  if (++data_lines_ == 1) {
    block_.data = value;
    block_.has_data = true;
    return;
  }
  if (data_lines_ == 2) joined_ = block_.data;
  joined_ += '\n';
  joined_ += value;
}

}  // namespace sallyport
