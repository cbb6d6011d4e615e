#include "proxy/observe/escape.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace sallyport::observe {
namespace {

struct character {
  std::uint32_t code = 0;
  std::size_t length = 0;   ///< 0: the first byte begins no valid sequence
};

bool continues(std::string_view text, std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; }

/// The character at the beginning of a text that is not empty (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return {};
  std::uint32_t code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text, i)) return {};
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x1'0000};
  if (code < least[length] || code > 0x10'ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {code, length};
}

bool breaks_a_line(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029;
}

void append_escape(std::string& out, std::uint32_t code) {
  switch (code) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(code));
  out += text.data();
}

}  // namespace

std::string escaped(std::string_view text, std::size_t source_bytes_max) {
  std::string out;
  out.reserve(text.size() < source_bytes_max ? text.size() + 8 : source_bytes_max + 8);
  for (std::size_t i = 0; i < text.size();) {
    const auto next = first_of(text.substr(i));
    const auto length = next.length == 0 ? 1 : next.length;
    if (i + length > source_bytes_max) return out + "…";
    if (next.length == 0) {
      out += "\xef\xbf\xbd";
    } else if (next.code == '"' || next.code == '\\') {
      out += '\\';
      out += text[i];
    } else if (breaks_a_line(next.code)) {
      append_escape(out, next.code);
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  return out;
}

}  // namespace sallyport::observe
