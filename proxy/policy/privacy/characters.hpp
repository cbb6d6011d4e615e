#pragma once
/// Bytes of normalised text: what they are, and where the next of a kind stands.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sallyport::policy::privacy {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_upper(c) || is_lower(c); }
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr char upper(char c) { return is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c; }
constexpr bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
/// ASCII alone: a number may stand directly behind a word of another script.
constexpr bool is_letter_or_digit(char c) { return is_digit(c) || is_letter(c); }
/// What keys and tokens are made of: base64 for URLs.
constexpr bool is_key_character(char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// The byte at `at`, or 0 outside the text.
constexpr char byte_at(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }
constexpr char byte_before(std::string_view text, std::size_t at) { return at > 0 ? text[at - 1] : '\0'; }

/// The end of the run of such bytes that begins at `at`.
template <class Is>
constexpr std::size_t run_end(std::string_view text, std::size_t at, Is is) {
  while (at < text.size() && is(text[at])) ++at;
  return at;
}
/// The beginning of the run of such bytes that ends at `at`; not before `from`.
template <class Is>
constexpr std::size_t run_begin(std::string_view text, std::size_t at, std::size_t from, Is is) {
  while (at > from && is(text[at - 1])) --at;
  return at;
}

/// Whether one of eight bytes is an ASCII digit.
inline bool holds_digit(std::uint64_t eight) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t as_digit = eight ^ (0x30 * each);   // 0..9 for digits, and for nothing else
  // Adding 0x76 leaves the high bit of a byte 0 only where it is below 10; no byte carries into the next.
  return ((~((as_digit & (0x7f * each)) + (0x76 * each)) & ~as_digit) & (0x80 * each)) != 0;
}

/// Where the next digit stands: in [at, until), or behind it if there is none. Never before `at`.
inline std::size_t next_digit(std::string_view text, std::size_t at, std::size_t until) {
  until = std::min(until, text.size());
  for (; at + 8 <= until; at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, 8);
    if (holds_digit(eight)) break;
  }
  while (at < until && !is_digit(text[at])) ++at;
  return at;
}

/// Where the next such byte stands: in [at, until), or behind it if there is none. Never before `at`.
inline std::size_t next_byte(std::string_view text, char which, std::size_t at, std::size_t until) {
  until = std::min(until, text.size());
  if (at >= until) return at;
  const void* found = std::memchr(text.data() + at, which, until - at);
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : until;
}

}  // namespace sallyport::policy::privacy
