#include "proxy/server/framing.hpp"

#include "adapters/words/header_list.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace sallyport::server {
namespace {

failure malformed(std::string_view rule) { return fail(failure_kind::malformed_http, std::string(rule)); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// RFC 3986 reg-name, IPv4 or bracketed IPv6, and a port; without the comma, which only a merge of two Host fields brings.
bool is_host_char(char c) {
  if (is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("-._~%!$&'()*+;=[]:").find(c) != std::string_view::npos;
}

bool is_sane_host(std::string_view host) {
  constexpr std::size_t host_bytes_max = 261;  // 255 of a DNS name, a colon and five digits
  return !host.empty() && host.size() <= host_bytes_max && std::all_of(host.begin(), host.end(), is_host_char);
}

/// The fields that decide where the message ends, collected over the head.
struct framing_fields {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  std::string_view length;
  std::string_view coding;
  bool says_close = false;
  bool says_keep_alive = false;
};

void read_connection(std::string_view value, framing_fields& seen) {
  while (!value.empty()) {
    const auto comma = std::min(value.find(','), value.size());
    const auto option = trimmed(value.substr(0, comma));
    seen.says_close |= same_name(option, "close");
    seen.says_keep_alive |= same_name(option, "keep-alive");
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

/// `Transfer_Encoding`: CGI-like servers fold the underscore into a hyphen, so one behind us might obey what we ignored.
bool resembles_framing(std::string_view name) {
  if (name.size() != 14 && name.size() != 17) return false;
  if (name.find('_') == std::string_view::npos) return false;
  std::string hyphened(name);
  std::replace(hyphened.begin(), hyphened.end(), '_', '-');
  return same_name(hyphened, "content-length") || same_name(hyphened, "transfer-encoding");
}

result<void> read_host(std::string_view value, framing_fields& seen) {
  if (++seen.hosts > 1) return malformed("more than one Host (RFC 9112 3.2)");
  if (!is_sane_host(value)) return malformed("Host is not a host and port (RFC 9112 3.2)");
  return {};
}

result<void> read_field(std::string_view name, std::string_view value, framing_fields& seen, framing& into) {
  switch (name.size()) {  // spares the comparisons for all other lengths
    case 4:
      if (same_name(name, "host")) return read_host(value, seen);
      break;
    case 6:
      if (same_name(name, "expect")) into.expects_continue |= same_name(value, "100-continue");
      break;
    case 10:
      if (same_name(name, "connection")) read_connection(value, seen);
      break;
    case 14:
      if (same_name(name, "content-length")) ++seen.lengths, seen.length = value;
      break;
    case 17:
      if (same_name(name, "transfer-encoding")) ++seen.codings, seen.coding = value;
      break;
    default: break;
  }
  if (resembles_framing(name)) return malformed("a field name resembles a framing field");
  return {};
}

result<void> read_field_line(std::string_view line, framing_fields& seen, framing& into) {
  if (line.front() == ' ' || line.front() == '\t') return malformed("line folding, or blank before a field name (RFC 9112 5.2)");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("field line without colon (RFC 9112 5)");
  const auto name = line.substr(0, colon);
  if (!is_token(name)) return malformed("field name is not a token (RFC 9112 5.1)");
  const auto value = trimmed(line.substr(colon + 1));
  if (value.size() > field_bytes_max) return fail(failure_kind::headers_too_large, "one field value is above 16 KiB");
  if (!is_field_value(value)) return malformed("control character in a field value (RFC 9110 5.5)");
  return read_field(name, value, seen, into);
}

result<void> read_target(std::string_view target, framing& into) {
  if (target.empty()) return malformed("empty request target (RFC 9112 3.2)");
  if (target.size() > target_bytes_max) return fail(failure_kind::headers_too_large, "request target is above 8 KiB");
  if (!std::all_of(target.begin(), target.end(), is_visible))
      return malformed("request target with a byte that is not visible ASCII (RFC 9112 3.2)");
  if (target.front() != '/') return malformed("request target is not in origin form (RFC 9112 3.2.1)");
  const auto mark = std::min(target.find('?'), target.size());
  into.path = target.substr(0, mark);
  into.query = target.substr(std::min(mark + 1, target.size()));
  return {};
}

result<void> read_request_line(std::string_view line, framing& into) {
  const auto first = line.find(' ');
  if (first == std::string_view::npos) return malformed("request line without spaces (RFC 9112 3)");
  const auto last = line.rfind(' ');
  if (last == first) return malformed("request line of two words (RFC 9112 3)");
  into.method = line.substr(0, first);
  if (!is_token(into.method)) return malformed("method is not a token (RFC 9112 3.1)");
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed("version is neither HTTP/1.0 nor HTTP/1.1 (RFC 9112 2.3)");
  into.minor = version.back() - '0';
  return read_target(line.substr(first + 1, last - first - 1), into);
}

result<std::uint64_t> read_length(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return malformed("Content-Length is not a number (RFC 9112 6.3)");
  constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (limit - digit) / 10) return malformed("Content-Length overflows (RFC 9110 8.6)");
    value = value * 10 + digit;
  }
  return value;
}

result<void> judge_coding(const framing_fields& seen, framing& into) {
  if (seen.codings > 1) return malformed("more than one Transfer-Encoding");
  if (!same_name(seen.coding, "chunked")) return malformed("Transfer-Encoding other than 'chunked' (RFC 9112 6.1)");
  if (seen.lengths > 0) return malformed("Transfer-Encoding beside Content-Length (RFC 9112 6.3)");
  if (into.minor == 0) return malformed("Transfer-Encoding in HTTP/1.0 (RFC 9112 6.1)");
  into.body = body_framing::chunked;
  return {};
}

result<void> judge_length(const framing_fields& seen, framing& into) {
  if (seen.lengths > 1) return malformed("more than one Content-Length (RFC 9112 6.3)");
  const auto length = read_length(seen.length);
  if (!length) return length.error();
  into.length = *length;
  into.body = *length > 0 ? body_framing::length : body_framing::none;
  return {};
}

result<framing> judge(const framing_fields& seen, framing into) {
  if (seen.hosts == 0 && into.minor == 1) return malformed("HTTP/1.1 without Host (RFC 9112 3.2)");
  if (seen.codings > 0) {
    if (auto judged = judge_coding(seen, into); !judged) return judged.error();
  } else if (seen.lengths > 0) {
    if (auto judged = judge_length(seen, into); !judged) return judged.error();
  }
  const bool takes_no_body = into.method == "GET" || into.method == "HEAD";
  if (takes_no_body && into.body != body_framing::none) return malformed("GET or HEAD with a body (RFC 9110 9.3.1)");
  into.keep_alive = !seen.says_close && (into.minor == 1 || seen.says_keep_alive);
  into.expects_continue = into.expects_continue && into.minor == 1 && into.body != body_framing::none;
  return into;
}

/// The next line without its CR LF, taken off the front. Nothing when the line is not ended by exactly CR LF.
bool take_line(std::string_view& rest, std::string_view& line) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return false;
  line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line.find('\r') == std::string_view::npos;
}

}  // namespace

head_extent find_head_end(std::string_view bytes, std::size_t& scanned) {
  if (!bytes.empty() && !is_token(bytes.substr(0, 1))) return {head_state::broken, 0};
  while (true) {
    const auto end = bytes.find('\n', scanned);
    // `scanned` stands at the start of a line: a CR in it is right only as its last byte.
    const auto line = bytes.substr(scanned, end == std::string_view::npos ? end : end - scanned);
    const auto carriage_return = line.find('\r');
    if (carriage_return != std::string_view::npos && carriage_return + 1 != line.size()) return {head_state::broken, 0};
    if (end == std::string_view::npos) break;
    if (carriage_return == std::string_view::npos) return {head_state::broken, 0};
    scanned = end + 1;
    if (scanned > head_bytes_max) return {head_state::too_large, 0};
    if (line.size() == 1) return {head_state::whole, scanned};
  }
  return {bytes.size() > head_bytes_max ? head_state::too_large : head_state::incomplete, 0};
}

result<framing> examine(std::string_view head) {
  framing into;
  framing_fields seen;
  std::string_view line;
  if (head.size() > head_bytes_max) return fail(failure_kind::headers_too_large, "head is above 64 KiB");
  if (!take_line(head, line)) return malformed("request line does not end in CR LF (RFC 9112 2.2)");
  if (auto read = read_request_line(line, into); !read) return read.error();
  for (std::size_t count = 0; take_line(head, line); ++count) {
    if (line.empty()) return head.empty() ? judge(seen, into) : result<framing>(malformed("bytes behind the blank line"));
    if (count == field_count_max) return fail(failure_kind::headers_too_large, "more than 100 fields");
    if (auto read = read_field_line(line, seen, into); !read) return read.error();
  }
  return malformed("field line does not end in CR LF (RFC 9112 2.2)");
}

}  // namespace sallyport::server
