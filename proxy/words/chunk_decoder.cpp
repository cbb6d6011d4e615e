#include "proxy/words/chunk_decoder.hpp"

#include "adapters/words/header_list.hpp"

#include <algorithm>

namespace sallyport {
namespace {

constexpr int size_digits_max = 16;  // fill 64 bits: more would overflow

failure malformed(std::string_view rule) { return fail(failure_kind::malformed_http, std::string(rule)); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_name_char(char c) { return is_token(std::string_view(&c, 1)); }
bool is_text_char(char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); }

}  // namespace

result<std::size_t> chunk_decoder::feed(std::string_view bytes, std::string& content) {
  std::size_t taken = 0;
  while (taken < bytes.size() && at_ != state::done) {
    if (at_ != state::content) {
      if (auto stepped = step(bytes[taken]); !stepped) return stepped.error();
      ++taken;
      continue;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - taken));
    content.append(bytes, taken, count);
    taken += count;
    left_ -= count;
    if (left_ == 0) at_ = state::content_cr;
  }
  return taken;
}

bool chunk_decoder::expect(char c, char wanted, state next) {
  if (c == wanted) at_ = next;
  return c == wanted;
}

result<void> chunk_decoder::step(char c) {
  switch (at_) {
    case state::size_start:
    case state::size: return step_size(c);
    case state::size_lf:
      if (c != '\n') return malformed("chunk size line does not end in CR LF (RFC 9112 7.1)");
      return end_size_line();
    case state::content_cr:
      if (!expect(c, '\r', state::content_lf)) return malformed("chunk longer than its size (RFC 9112 7.1)");
      return {};
    case state::content_lf:
      if (!expect(c, '\n', state::size_start)) return malformed("chunk does not end in CR LF (RFC 9112 7.1)");
      return {};
    case state::trailer_start:
    case state::trailer_name:
    case state::trailer_value:
    case state::trailer_lf:
    case state::last_lf: return step_trailer(c);
    default: return step_extension(c);
  }
}

result<void> chunk_decoder::step_size(char c) {
  if (const int value = hex_value(c); value >= 0) {
    if (++digits_ > size_digits_max) return malformed("chunk size of more than 16 digits");
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    at_ = state::size;
    return {};
  }
  if (at_ == state::size_start) return malformed("chunk without size (RFC 9112 7.1)");
  if (expect(c, '\r', state::size_lf) || expect(c, ';', state::extension_start)) return {};
  return malformed("chunk size is not a hex number (RFC 9112 7.1)");
}

result<void> chunk_decoder::end_size_line() {
  digits_ = 0;
  if (left_ > room_) return fail(failure_kind::body_too_large, "chunked body above the limit");
  room_ -= left_;
  at_ = left_ > 0 ? state::content : state::trailer_start;
  return {};
}

/// The end of one extension: another one, or the end of the line.
bool chunk_decoder::leave_extension(char c) { return expect(c, '\r', state::size_lf) || expect(c, ';', state::extension_start); }

result<void> chunk_decoder::step_extension(char c) {
  if (++extension_bytes_ > extension_bytes_max) return malformed("chunk extensions above 4 KiB");
  const auto refusal = [] { return malformed("chunk extension is malformed (RFC 9112 7.1.1)"); };
  switch (at_) {
    case state::extension_start:
      if (!is_name_char(c)) return refusal();
      at_ = state::extension_name;
      return {};
    case state::extension_name:
      if (is_name_char(c) || expect(c, '=', state::value_start) || leave_extension(c)) return {};
      return refusal();
    case state::value_start:
      if (expect(c, '"', state::quoted)) return {};
      if (!is_name_char(c)) return refusal();
      at_ = state::value_token;
      return {};
    case state::value_token:
      if (is_name_char(c) || leave_extension(c)) return {};
      return refusal();
    case state::quoted:
      if (expect(c, '"', state::quoted_end) || expect(c, '\\', state::quoted_pair) || is_text_char(c)) return {};
      return refusal();
    case state::quoted_pair:
      if (!is_text_char(c)) return refusal();
      at_ = state::quoted;
      return {};
    default:
      if (leave_extension(c)) return {};
      return refusal();
  }
}

result<void> chunk_decoder::step_trailer(char c) {
  if (++trailer_bytes_ > trailer_bytes_max) return fail(failure_kind::headers_too_large, "trailers above 8 KiB");
  const auto refusal = [] { return malformed("trailer is malformed (RFC 9112 7.1.2)"); };
  switch (at_) {
    case state::trailer_start:
      if (expect(c, '\r', state::last_lf)) return {};
      if (!is_name_char(c)) return refusal();
      at_ = state::trailer_name;
      return {};
    case state::trailer_name:
      if (is_name_char(c) || expect(c, ':', state::trailer_value)) return {};
      return refusal();
    case state::trailer_value:
      if (expect(c, '\r', state::trailer_lf) || is_field_value(std::string_view(&c, 1))) return {};
      return refusal();
    case state::trailer_lf:
      if (expect(c, '\n', state::trailer_start)) return {};
      return refusal();
    default:
      if (expect(c, '\n', state::done)) return {};
      return refusal();
  }
}

}  // namespace sallyport
