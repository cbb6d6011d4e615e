#include "adapters/json_write.hpp"

#include <cstdint>
#include <cstring>

namespace sallyport {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool continues(std::string_view text, std::size_t at, unsigned char low = 0x80, unsigned char high = 0xbf) {
  return at < text.size() && byte_at(text, at) >= low && byte_at(text, at) <= high;
}

// Length of the well-formed UTF-8 character at that place (Unicode 15, table 3-7), 0 when there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
  const unsigned char first = byte_at(text, at);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(text, at + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool second = continues(text, at + 1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
    return second && continues(text, at + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool second = continues(text, at + 1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
    return second && continues(text, at + 2) && continues(text, at + 3) ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& to, char c) {
  constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"': to += "\\\""; return;
    case '\\': to += "\\\\"; return;
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: break;
  }
  to += "\\u00";
  to += digits[static_cast<unsigned char>(c) >> 4];
  to += digits[static_cast<unsigned char>(c) & 15];
}

bool stands_as_it_is(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

// Eight characters at a time, as one number: the high bit of a byte that does not stand as it is, and perhaps of bytes above it, is set.
// Of a byte that has it already (no ASCII) too. Texts are most of what is written, and most of a text stands as it is.
constexpr std::uint64_t each_byte(unsigned char is) { return 0x0101010101010101u * is; }

constexpr std::uint64_t zero_bytes(std::uint64_t eight) { return (eight - each_byte(1)) & ~eight & each_byte(0x80); }

constexpr std::uint64_t stopping_bytes(std::uint64_t eight) {
  const std::uint64_t control = (eight - each_byte(0x20)) & ~eight & each_byte(0x80);
  const std::uint64_t marks = zero_bytes(eight ^ each_byte('"')) | zero_bytes(eight ^ each_byte('\\'));
  return (eight & each_byte(0x80)) | control | marks | zero_bytes(eight ^ each_byte(0x7f));
}

// Where the first character stands that cannot stand as it is, or the end.
std::size_t behind_plain(std::string_view text, std::size_t at) {
  for (std::uint64_t eight = 0; text.size() - at >= sizeof eight; at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if (stopping_bytes(eight) != 0) break;
  }
  while (at < text.size() && stands_as_it_is(text[at])) ++at;
  return at;
}

}  // namespace

void append_json_string(std::string& to, std::string_view text) {
  to += '"';
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t end = behind_plain(text, at); end > at) {
      to.append(text, at, end - at);
      at = end;
    } else if (byte_at(text, at) < 0x80) {
      append_escaped(to, text[at++]);
    } else if (const std::size_t length = character_length(text, at)) {
      to.append(text, at, length);
      at += length;
    } else {
      to += "\xef\xbf\xbd";
      ++at;
    }
  }
  to += '"';
}

std::string json_string(std::string_view text) {
  std::string made;
  made.reserve(text.size() + 2);
  append_json_string(made, text);
  return made;
}

std::string_view cut_text(std::string_view text, std::size_t length_max) {
  if (text.size() <= length_max) return text;
  std::size_t end = length_max;
  while (end > 0 && length_max - end < 4 && (byte_at(text, end) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace sallyport
