#include "proxy/observe/scrub.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sallyport::observe {
namespace {

struct pattern {
  std::string_view prefix;
  std::size_t length_min;   ///< bytes of key characters behind the prefix; shorter ones are words of prose
  bool any_case = false;
};

// How vendors and we write keys. Order does not matter: a prefix counts at the beginning of a word only.
constexpr std::array<pattern, 23> patterns{{
    {"sk-", 8},      {"sk_", 8},     {"pk-", 16},    {"rk-", 16},    {"gsk_", 8},    {"xai-", 8},    {"AIza", 16},   {"AKIA", 12},
    {"ASIA", 12},    {"ya29.", 8},   {"hf_", 8},     {"r8_", 8},     {"pplx-", 8},   {"nvapi-", 8},  {"ghp_", 8},    {"github_pat_", 8},
    {"glpat-", 8},   {"tgp_", 8},    {"fw_", 8},     {"csk-", 8},    {"eyJ", 24},    {"bearer ", 6, true}, {"basic ", 8, true},
}};

constexpr std::string_view replacement = "[key]";

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What keys, base64 and JWTs are made of.
bool is_key_character(char c) { return is_letter_or_digit(c) || std::string_view("-_.~+/=").find(c) != std::string_view::npos; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool begins_with(std::string_view text, const pattern& p) {
  if (text.size() < p.prefix.size()) return false;
  return std::equal(p.prefix.begin(), p.prefix.end(), text.begin(), [&p](char a, char b) { return a == (p.any_case ? lower(b) : b); });
}

std::size_t key_length(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_key_character) - text.begin());
}

struct match {
  std::size_t prefix = 0;
  std::size_t key = 0;   ///< 0: no match
};

match match_at(std::string_view text) {
  for (const auto& p : patterns) {
    if (!begins_with(text, p)) continue;
    const auto length = key_length(text.substr(p.prefix.size()));
    if (length >= p.length_min) return {p.prefix.size(), length};
  }
  return {};
}

}  // namespace

std::string scrubbed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const bool word_begins = i == 0 || !is_letter_or_digit(text[i - 1]);
    const auto found = word_begins ? match_at(text.substr(i)) : match{};
    if (found.key == 0) {
      out += text[i++];
      continue;
    }
    out.append(text.substr(i, found.prefix)).append(replacement);
    i += found.prefix + found.key;
  }
  return out;
}

}  // namespace sallyport::observe
