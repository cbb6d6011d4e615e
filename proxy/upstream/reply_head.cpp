#include "proxy/upstream/reply_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace sallyport::upstream {
namespace {

// What says how a connection goes on has no place in HTTP/2 (RFC 9113 section 8.2.2).
constexpr std::array<std::string_view, 5> of_http1_alone{"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_length(std::string_view text) { return !text.empty() && text.size() <= 18 && std::all_of(text.begin(), text.end(), is_digit); }

// Of a list as in "keep-alive, close".
bool names_option(std::string_view list, std::string_view option) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (same_name(without_blanks(list.substr(0, comma)), option)) return true;
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return false;
}

}  // namespace

reply_extent reply_head::extent() const {
  if (head_.status == 204 || head_.status == 304) return reply_extent::none;
  if (chunked_) return reply_extent::chunked;
  return content_length_.empty() ? reply_extent::until_close : reply_extent::length;
}

std::optional<std::uint64_t> reply_head::length() const {
  std::uint64_t bytes = 0;
  const auto* const end = content_length_.data() + content_length_.size();
  if (std::from_chars(content_length_.data(), end, bytes).ec != std::errc{}) return std::nullopt;
  return bytes;
}

reply_head::verdict reply_head::take(std::string_view line) {
  if (!why_not_.empty()) return verdict::refused;
  bytes_ += line.size();
  if (bytes_ > reply_head_bytes_max) return refuse("the head of the reply is over 64 KiB");
  if (whole_) return verdict::more;
  if (!line.ends_with("\r\n")) return refuse("a line of the reply's head does not end in CR LF");
  line.remove_suffix(2);
  if (!in_block_) return take_status(line);
  return line.empty() ? end_block() : take_field(line);
}

// As in "HTTP/1.1 200 OK"; libcurl writes "HTTP/2 200 " for HTTP/2.
reply_head::verdict reply_head::take_status(std::string_view line) {
  const bool http_2 = line.starts_with("HTTP/2 ");
  http_1_0_ = line.starts_with("HTTP/1.0 ");
  if (!http_2 && !http_1_0_ && !line.starts_with("HTTP/1.1 ")) return refuse("the reply does not begin with an HTTP status line");
  const std::string_view code = line.substr(line.find(' ') + 1);
  if (code.size() < 3 || !std::all_of(code.begin(), code.begin() + 3, is_digit) || code[0] == '0' || (code.size() > 3 && code[3] != ' '))
    return refuse("the reply's status line has no status of three digits");
  if (!is_field_value(code)) return refuse("the reply's status line holds a control character");
  return begin_block(code);
}

reply_head::verdict reply_head::begin_block(std::string_view code) {
  head_ = {};
  head_.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  content_length_.clear();
  chunked_ = false;
  closes_ = false;
  in_block_ = true;
  return verdict::more;
}

reply_head::verdict reply_head::take_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return refuse("a line of the reply's head has no colon");
  const std::string_view name = line.substr(0, colon);
  return add_field(name, without_blanks(line.substr(colon + 1)));
}

reply_head::verdict reply_head::add_field(std::string_view name, std::string_view value) {
  if (head_.headers.add(name, value).has_error()) return refuse("a header of the reply is not fit for the wire");
  if (!take_framing(name, value)) return refuse("the reply says in two ways, or wrongly, how long it is");
  return verdict::more;
}

// False when two readers of this head could disagree about where the message ends (RFC 9112 section 6.3).
bool reply_head::take_framing(std::string_view name, std::string_view value) {
  if (same_name(name, "transfer-encoding")) {
    if (chunked_ || http_1_0_ || !same_name(value, "chunked")) return false;
    chunked_ = true;
  } else if (same_name(name, "content-length")) {
    if (!is_length(value) || (!content_length_.empty() && content_length_ != value)) return false;
    content_length_ = value;
  } else if (same_name(name, "connection")) {
    closes_ = closes_ || names_option(value, "close");
  }
  return !(chunked_ && !content_length_.empty());
}

reply_head::verdict reply_head::end_block() {
  in_block_ = false;
  if (head_.status == 101) return refuse("the provider switched to another protocol unasked");
  if (head_.status < 200) return verdict::more;
  for (const auto& [name, value] : head_.headers)
    if (same_name(name, "content-encoding") && !value.empty() && !same_name(value, "identity"))
      return refuse("the reply is compressed although identity was asked for");
  whole_ = true;
  return verdict::whole;
}

reply_head::verdict reply_head::take_pair(std::string_view name, std::string_view value) {
  if (!why_not_.empty()) return verdict::refused;
  bytes_ += name.size() + value.size() + 32;
  if (bytes_ > reply_head_bytes_max) return refuse("the head of the reply is over 64 KiB");
  if (whole_) return verdict::more;
  if (name == ":status") {
    if (in_block_ || value.size() != 3 || !std::all_of(value.begin(), value.end(), is_digit) || value[0] == '0')
      return refuse("the reply has no status of three digits");
    return begin_block(value);
  }
  if (!in_block_) return refuse("the reply does not begin with its status");
  if (std::any_of(of_http1_alone.begin(), of_http1_alone.end(), [name](std::string_view one) { return same_name(name, one); }))
    return refuse("the reply says in HTTP/1.1's way how long it is");
  return add_field(name, value);
}

reply_head::verdict reply_head::end_pairs() {
  if (!why_not_.empty()) return verdict::refused;
  if (whole_) return verdict::more;
  return in_block_ ? end_block() : refuse("the reply has no status");
}

reply_head::verdict reply_head::refuse(std::string why) {
  why_not_ = std::move(why);
  return verdict::refused;
}

}  // namespace sallyport::upstream
