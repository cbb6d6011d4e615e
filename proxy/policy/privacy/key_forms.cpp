#include "proxy/policy/privacy/key_forms.hpp"

#include "proxy/policy/privacy/characters.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace sallyport::policy::privacy {
namespace {

enum class alphabet : unsigned char {
  url64,      // letters, digits, '-' and '_': base64 for URLs
  word,       // letters, digits and '_'
  alnum,      // letters and digits
  capitals,   // capital letters and digits
  hex,
};

bool is_in(alphabet of, char c) {
  switch (of) {
    case alphabet::url64: return is_key_character(c);
    case alphabet::word: return is_letter_or_digit(c) || c == '_';
    case alphabet::alnum: return is_letter_or_digit(c);
    case alphabet::capitals: return is_digit(c) || is_upper(c);
    case alphabet::hex: return is_hex(c);
  }
  return false;
}

struct key_form {
  std::string_view prefix;
  alphabet of;
  std::size_t length_min;
  std::size_t length_max = 0;   // where the length is known: behind it stands no further character of the alphabet
  bool has_digit = true;           // as random ones of that length do: words of programs look like keys otherwise
};

using enum alphabet;

// By the vendors' documentation and secret scanners' published lists. Keys for tests (sk_test_) are no secrets.
constexpr key_form forms[] = {
    {"sk-ant-", url64, 24}, {"sk-proj-", url64, 24}, {"sk-svcacct-", url64, 24}, {"sk-admin-", url64, 24},   // Anthropic, OpenAI
    {"sk-or-", url64, 24}, {"sk-lf-", url64, 32}, {"sk-", alnum, 20},   // OpenRouter, Langfuse; OpenAI, DeepSeek, Moonshot, proxies
    {"sp-", url64, 43, 43},                                             // this gateway
    {"AKIA", capitals, 16, 16, false}, {"ASIA", capitals, 16, 16, false}, {"ABIA", capitals, 16, 16, false},   // AWS
    {"AIza", url64, 35, 35}, {"GOCSPX-", url64, 28, 28},                                                       // Google
    {"ghp_", alnum, 36}, {"gho_", alnum, 36}, {"ghu_", alnum, 36}, {"ghs_", alnum, 36}, {"ghr_", alnum, 36},   // GitHub
    {"github_pat_", word, 60},
    {"glpat-", url64, 20}, {"gldt-", url64, 20}, {"glrt-", url64, 20}, {"glptt-", url64, 20},                  // GitLab
    {"xoxb-", url64, 20}, {"xoxp-", url64, 20}, {"xoxa-", url64, 20}, {"xoxr-", url64, 20}, {"xoxs-", url64, 20}, {"xoxe-", url64, 20},
    {"xapp-", url64, 20},                                                                                      // Slack
    {"sk_live_", alnum, 16}, {"rk_live_", alnum, 16}, {"whsec_", alnum, 32},                                   // Stripe
    {"hf_", alnum, 30, 64, false},                                                                             // Hugging Face
    {"gsk_", alnum, 40}, {"xai-", alnum, 40}, {"pplx-", alnum, 40}, {"nvapi-", url64, 40}, {"csk-", alnum, 40},   // Groq, xAI, Perplexity,
    {"tgp_v1_", url64, 40}, {"fw_", alnum, 20, 40}, {"r8_", alnum, 37, 37},   // NVIDIA, Cerebras, Together, Fireworks, Replicate
    {"dop_v1_", hex, 64, 64}, {"dapi", hex, 32, 32}, {"npm_", alnum, 36, 36}, {"pypi-", url64, 50},            // DigitalOcean, Databricks
    {"dckr_pat_", url64, 27}, {"dckr_oat_", url64, 27}, {"shpat_", hex, 32, 32}, {"shpss_", hex, 32, 32}, {"shpca_", hex, 32, 32},
    {"key-", hex, 32, 32}, {"lin_api_", alnum, 40, 40}, {"ntn_", alnum, 40}, {"ATATT3", url64, 100},   // Mailgun, Linear, Notion, Atlassian
    {"glsa_", word, 41, 41}, {"glc_", alnum, 32}, {"NRAK-", capitals, 27, 27}, {"PMAK-", url64, 59, 59}, {"figd_", url64, 40},
    {"sntrys_", url64, 40}, {"ops_eyJ", url64, 100},                          // Grafana, New Relic, Postman, Figma, Sentry, 1Password
};

// Of those whose first part a point ends: SendGrid, Google's access tokens, HashiCorp Vault.
constexpr key_form dotted_forms[] = {{"SG.", url64, 22, 22}, {"ya29.", url64, 24}, {"hvs.", url64, 24}, {"hvb.", url64, 24}};

// A key of unknown length is read until a digit is found, and not to its end: each prefix in a run costs a bounded time.
bool fits(const key_form& form, std::string_view text, std::size_t at) {
  const auto limit = std::min(text.size(), at + (form.length_max > 0 ? form.length_max : 2 * form.length_min));
  std::size_t end = at;
  bool digit = !form.has_digit;
  while (end < limit && is_in(form.of, text[end])) digit = is_digit(text[end++]) || digit;
  return end - at >= form.length_min && digit && (form.length_max == 0 || !is_in(form.of, byte_at(text, end)));
}

using shelf = std::vector<key_form>;

// By the first byte.
const std::array<shelf, 128>& shelves() {
  static const auto made = [] {
    std::array<shelf, 128> sorted;
    for (const auto& form : forms) sorted[static_cast<std::size_t>(form.prefix.front())].push_back(form);
    return sorted;
  }();
  return made;
}

}  // namespace

bool is_api_key(std::string_view text, std::size_t at, std::size_t end) {
  text = text.substr(0, end);
  for (const auto& form : shelves()[static_cast<unsigned char>(text[at]) % 128])
    if (text.substr(at).starts_with(form.prefix) && fits(form, text, at + form.prefix.size())) return true;
  if (byte_before(text, at) != '.') return false;
  for (const auto& form : dotted_forms) {
    const auto length = form.prefix.size();
    const bool has_prefix = at >= length && text.substr(at - length, length) == form.prefix;
    if (has_prefix && !is_letter_or_digit(byte_before(text, at - length)) && fits(form, text, at)) return true;
  }
  return false;
}

}  // namespace sallyport::policy::privacy
