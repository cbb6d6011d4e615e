#include "proxy/policy/privacy/normal_text.hpp"

#include "proxy/policy/privacy/characters.hpp"

#include <utf8proc.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>

namespace sallyport::policy::privacy {
namespace {

using character = utf8proc_int32_t;

constexpr std::size_t ask_every = 64 * 1024;
// Longest piece that is normalised at once. Marks in a wrong order are sorted by swapping neighbours, so what is sorted at once is small.
constexpr std::size_t piece_bytes_max = 64;
// One character becomes at most 18.
constexpr std::size_t piece_characters_max = (piece_bytes_max / 2 + 1) * 18 + 1;
constexpr auto form = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE);

// The character at `at` and its length; 0 where the bytes are not UTF-8.
std::size_t read_character(std::string_view text, std::size_t at, character& c) {
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &c);
  return length > 0 ? static_cast<std::size_t>(length) : 0;
}

bool is_mark(character c) {
  const auto category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

// What changes with the character before it: marks, and the second and third part of a Korean syllable.
bool joins(character c) { return is_mark(c) || (c >= 0x1160 && c <= 0x11ff); }

// Unicode's decimal digits stand ten in a row, from 0 or from 6 of a row of sixteen on.
character plain_digit(character c) {
  const auto row = c - c % 16;
  return '0' + (c - (utf8proc_category(row) == UTF8PROC_CATEGORY_ND ? row : row + 6));
}

character plain(character c) {
  if (c < 0x80) return c;
  const auto category = utf8proc_category(c);
  if (category == UTF8PROC_CATEGORY_PD || c == 0x2212 || c == 0x2043) return '-';
  return category == UTF8PROC_CATEGORY_ND ? plain_digit(c) : c;
}

// The characters of a short piece of valid UTF-8 in NFKC, without those that show nothing; how many.
std::size_t normalise(std::string_view piece, std::array<character, piece_characters_max>& into) {
  auto count = utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(piece.data()), static_cast<utf8proc_ssize_t>(piece.size()),
                                  into.data(), into.size(), form);
  if (count > 0) count = utf8proc_normalize_utf32(into.data(), count, form);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool stays(character c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  std::array<character, piece_characters_max> parts;
  const auto length = utf8proc_encode_char(c, bytes.data());
  const auto count = normalise({reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length)}, parts);
  // The two longest, Arabic ligatures of a whole phrase, are left as they are: each would cost as much as fifty letters.
  constexpr std::size_t parts_max = 6;
  return (count == 1 && parts[0] == c && plain(c) == c && !joins(c)) || count > parts_max;
}

// Of the first 65,536 characters those that stay as they are, whatever stands before them, unless what follows joins with them.
const std::bitset<0x10000>& steady() {
  static const auto made = [] {
    std::bitset<0x10000> all;
    for (character c = 0x80; c < 0x10000; ++c)
      if (c < 0xd800 || c > 0xdfff) all[static_cast<std::size_t>(c)] = stays(c);
    return all;
  }();
  return made;
}

bool is_steady(character c) { return c < 0x10000 && steady()[static_cast<std::size_t>(c)]; }

void append(std::string& to, character c) {
  if (!is_steady(c)) {
    c = plain(c);
    if (c < 0x80) return to.push_back(static_cast<char>(c));
    if (!to.empty() && is_digit(to.back()) && is_mark(c)) return;
  }
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(c, bytes.data());
  to.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

// The end of the steady characters that begin at `at`, less the last if what follows may join with it.
std::size_t steady_end(std::string_view text, std::size_t at) {
  std::size_t last = at;
  character c = 0;
  while (at < text.size() && !is_ascii(text[at])) {
    const auto length = read_character(text, at, c);
    if (length == 0) return at;
    if (!is_steady(c)) return last;
    last = at;
    at += length;
  }
  return at;
}

// The end of the piece that begins at `at` and is to be normalised: before the next character that is certain to stand for itself.
std::size_t piece_end(std::string_view text, std::size_t at) {
  const auto limit = at + piece_bytes_max;
  character c = 0;
  for (bool first = true; at < text.size(); first = false) {
    const auto length = read_character(text, at, c);
    if (length == 0 || at + length > limit || (!first && (c < 0x80 || is_steady(c)))) return at;
    at += length;
  }
  return at;
}

// `at` is not ASCII; the end of what was appended.
std::size_t append_from(std::string& to, std::string_view text, std::size_t at) {
  if (const auto end = steady_end(text, at); end > at) {
    to.append(text.substr(at, end - at));
    return end;
  }
  const auto end = piece_end(text, at);
  if (end == at) {
    to.push_back(text[at]);   // not UTF-8
    return at + 1;
  }
  // The letter before a mark joins with it, so it is taken back.
  const bool takes_back = at > 0 && is_ascii(text[at - 1]) && !is_digit(text[at - 1]);
  if (takes_back) to.pop_back();
  const auto begin = takes_back ? at - 1 : at;
  std::array<character, piece_characters_max> characters;
  const auto count = normalise(text.substr(begin, end - begin), characters);
  for (std::size_t i = 0; i < count; ++i) append(to, characters[i]);
  return end;
}

// The end of the ASCII bytes that begin at `at`.
std::size_t ascii_end(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  for (std::uint64_t eight = 0; at + 8 <= text.size(); at += 8) {
    std::memcpy(&eight, text.data() + at, 8);
    if (eight & high_bits) break;
  }
  while (at < text.size() && is_ascii(text[at])) ++at;
  return at;
}

}  // namespace

void normal_text::prepare() { steady(); }

normalised normal_text::take(std::string_view text, std::size_t bytes_max, const std::function<bool()>& expired) {
  std::size_t at = ascii_end(text, 0);
  if (at == text.size()) {
    view_ = text.substr(0, bytes_max);
    return text.size() > bytes_max ? normalised::too_large : normalised::whole;
  }
  changed_.assign(text.substr(0, at));
  auto ended = normalised::whole;
  for (std::size_t asked = at; at < text.size() && changed_.size() <= bytes_max && ended == normalised::whole;) {
    at = append_from(changed_, text, at);
    const auto end = ascii_end(text, at);
    changed_.append(text.substr(at, end - at));
    at = end;
    if (at - asked < ask_every) continue;
    asked = at;
    if (expired && expired()) ended = normalised::expired;
  }
  if (changed_.size() > bytes_max) {
    changed_.resize(bytes_max);
    ended = normalised::too_large;
  }
  view_ = changed_;
  return ended;
}

}  // namespace sallyport::policy::privacy
