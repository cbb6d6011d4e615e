#include "proxy/rehearsal/request_reader.hpp"

#include <charconv>
#include <utility>

namespace sallyport::rehearsal {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t chunk_line_max = 128;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool read_number(std::string_view text, int base, std::size_t& number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc{} && rest == end && !text.empty();
}

}  // namespace

request_reader::state request_reader::feed(std::string_view bytes) {
  if (state_ == state::broken) return state_;
  buffer_.append(bytes);
  return state_ = state_ == state::whole ? state::whole : advance();
}

http_request request_reader::take() {
  head_done_ = false;
  continue_asked_ = false;
  at_ = 0;
  state_ = state::needs_more;
  return std::exchange(request_, {});
}

bool request_reader::wants_continue() { return head_done_ && state_ == state::needs_more && std::exchange(continue_asked_, false); }

request_reader::state request_reader::advance() {
  if (!head_done_) {
    const std::size_t end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) return buffer_.size() > head_max_ ? broken("the head is too large") : state::needs_more;
    if (end > head_max_) return broken("the head is too large");
    if (!read_head(std::string_view(buffer_).substr(0, end + 2)) || !read_framing()) return broken(why_);
    buffer_.erase(0, end + 4);
    head_done_ = true;
  }
  return framing_ == framing::chunked ? read_chunks() : read_length_body();
}

bool request_reader::read_head(std::string_view head) {
  const std::string_view line = head.substr(0, head.find(line_end));
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  why_ = "the request line is not METHOD TARGET HTTP/1.1";
  if (first == std::string_view::npos || last == first || line.substr(last + 1) != "HTTP/1.1") return false;
  request_.method = line.substr(0, first);
  request_.target = line.substr(first + 1, last - first - 1);
  if (!is_token(request_.method) || request_.target.empty() || request_.target.find(' ') != std::string::npos) return false;
  why_ = "a header line is not NAME: VALUE";
  head.remove_prefix(line.size() + 2);
  while (!head.empty()) {
    const std::string_view field = head.substr(0, head.find(line_end));
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || !request_.headers.add(field.substr(0, colon), trimmed(field.substr(colon + 1)))) return false;
    head.remove_prefix(field.size() + 2);
  }
  return true;
}

bool request_reader::read_framing() {
  int lengths = 0;
  int encodings = 0;
  framing_ = framing::none;
  length_ = 0;
  why_ = "the framing is ambiguous";
  for (const auto& [name, value] : request_.headers) {
    if (same_name(name, "content-length")) {
      if (!read_number(value, 10, length_)) return false;
      framing_ = framing::length;
      ++lengths;
    }
    if (same_name(name, "transfer-encoding")) {
      if (!same_name(value, "chunked")) return false;
      framing_ = framing::chunked;
      ++encodings;
    }
  }
  continue_asked_ = same_name(request_.headers.get("expect"), "100-continue");
  if (lengths + encodings > 1) return false;
  why_ = "the body is too large";
  return length_ <= body_max_;
}

request_reader::state request_reader::read_length_body() {
  if (buffer_.size() < length_) return state::needs_more;
  request_.body = buffer_.substr(0, length_);
  buffer_.erase(0, length_);
  return state::whole;
}

request_reader::state request_reader::read_chunks() {
  for (;;) {
    const std::size_t line = buffer_.find(line_end, at_);
    if (line == std::string::npos && buffer_.size() - at_ > chunk_line_max) return broken("a chunk's size line is too long");
    if (line == std::string::npos) return state::needs_more;
    std::size_t size = 0;
    if (!read_number(std::string_view(buffer_).substr(at_, line - at_), 16, size)) return broken("a chunk's size is not a number");
    if (size > body_max_ - request_.body.size()) return broken("the body is too large");
    if (buffer_.size() < line + 2 + size + 2) return state::needs_more;
    if (buffer_.compare(line + 2 + size, 2, line_end) != 0) return broken("a chunk has no end, or trailers follow");
    request_.body.append(buffer_, line + 2, size);
    at_ = line + 2 + size + 2;
    if (size > 0) continue;
    buffer_.erase(0, at_);
    return state::whole;
  }
}

request_reader::state request_reader::broken(std::string_view why) {
  why_ = why;
  return state::broken;
}

}  // namespace sallyport::rehearsal
