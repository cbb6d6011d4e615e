#include "adapters/scrub.hpp"

#include "adapters/json_write.hpp"

#include <algorithm>
#include <array>

namespace sallyport {
namespace {

constexpr std::size_t run_max = 24;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The alphabet of keys: base64 in both forms, hex, and the separators in prefixes. Not '=': it ends base64, but more often a name.
bool is_key_byte(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '+' || c == '/' || c == '*';
}

bool has_key_prefix(std::string_view word) {
  constexpr std::array<std::string_view, 12> prefixes{"sk-",  "sk_", "gsk_", "xai-", "AIza", "nvapi-", "hf_",  "pplx-",
                                                      "csk-", "eyJ", "ya29", "AKIA"};
  return word.size() >= 8 && std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return word.starts_with(prefix); });
}

// A long run is a key when digits are mixed in; without any it is a long word, a path or an error code.
bool looks_like_key(std::string_view word) {
  return has_key_prefix(word) || (word.size() >= run_max && std::any_of(word.begin(), word.end(), is_digit));
}

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_key_byte(text[at])) ++at;
  return at;
}

bool is_scheme(std::string_view word) { return word == "Bearer" || word == "bearer" || word == "Basic"; }

char in_one_line(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c; }

}  // namespace

std::string scrubbed(std::string_view text, std::size_t length_max) {
  // Cut first, with room for what the marks shorten: a body may be megabytes.
  text = cut_text(text, length_max * 4);
  std::string made;
  bool after_scheme = false;
  for (std::size_t at = 0; at < text.size() && made.size() <= length_max;) {
    const std::size_t end = word_end(text, at);
    if (end == at) {
      after_scheme = after_scheme && (text[at] == ' ' || text[at] == ':');
      made += in_one_line(text[at++]);
      continue;
    }
    const std::string_view word = text.substr(at, end - at);
    made += after_scheme || looks_like_key(word) ? std::string_view("***") : word;
    after_scheme = is_scheme(word);
    at = end;
  }
  return std::string(cut_text(made, length_max));
}

}  // namespace sallyport
