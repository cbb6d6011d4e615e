#include "config/source_text.hpp"

namespace sallyport::config {
namespace {

bool is_refused_control(unsigned char byte) { return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f; }

/// The allowed range of the second byte depends on the first (RFC 3629, section 4).
bool is_second(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
  }
}

std::size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  const auto length = length_by_first(first);
  if (length == 0 || length > text.size()) return 0;
  if (length > 1 && !is_second(first, static_cast<unsigned char>(text[1]))) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  return length;
}

bool is_readable_text(std::string_view text, const std::shared_ptr<const source>& from, report& to) {
  place at{from, 1, 1};
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      to.problem(at, "", "is not UTF-8 text here; save the file as UTF-8");
      return false;
    }
    if (is_refused_control(byte)) {
      to.problem(at, "", "has a control character (byte " + std::to_string(byte) + ") here; remove it");
      return false;
    }
    if (byte == '\n') at = {from, at.line + 1, 1};
    else ++at.column;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace sallyport::config
