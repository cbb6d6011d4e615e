#include "proxy/policy/privacy/credential_scanner.hpp"

#include "proxy/policy/privacy/characters.hpp"
#include "proxy/policy/privacy/key_forms.hpp"

#include <algorithm>

namespace sallyport::policy::privacy {
namespace {

using enum detector;

constexpr std::string_view pem_begin = "-----BEGIN ";

// RFC 7468 and its relatives: a label and dashes behind it, on one line. PRIVATE KEY also ends that of RSA, EC, DSA, OPENSSH, ENCRYPTED;
// PGP's has BLOCK behind it.
bool is_private_pem(std::string_view text) {
  constexpr std::size_t label_max = 64;
  text = text.substr(0, pem_begin.size() + label_max);
  if (!text.starts_with(pem_begin)) return false;
  text.remove_prefix(pem_begin.size());
  const auto label = text.substr(0, text.find("-----"));
  return label.size() < text.size() && (label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK"));
}

int base64_value(char c) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

// A PEM file as Kubernetes and environment variables carry it. Its dashes come first, so that its base64 always begins alike.
bool is_private_pem_in_base64(std::string_view text) {
  std::array<char, pem_begin.size() + 64> decoded{};
  std::size_t count = 0;
  unsigned bits = 0;
  for (std::size_t i = 0; i < text.size() && count < decoded.size(); ++i) {
    const int value = base64_value(text[i]);
    if (value < 0) break;
    bits = bits << 6 | static_cast<unsigned>(value);
    if (i % 4 != 0) decoded[count++] = static_cast<char>(bits >> (6 - 2 * (i % 4)) & 0xff);
  }
  return is_private_pem({decoded.data(), count});
}

// Two parts that are JSON objects in base64 ({" becomes eyJ), and the point before the signature.
bool is_jwt(std::string_view text, std::size_t at, std::size_t end) {
  constexpr std::size_t header_min = 10, claims_min = 6;
  if (end - at < header_min || !text.substr(at).starts_with("eyJ") || !text.substr(end).starts_with(".eyJ")) return false;
  const auto claims_end = run_end(text, end + 1, is_key_character);
  return claims_end - end > claims_min && byte_at(text, claims_end) == '.';
}

}  // namespace

std::size_t next_token(std::string_view text, std::size_t at, std::size_t until) {
  // A run that begins before `until` may have the byte that is looked at behind it.
  for (std::size_t probe = at + token_min - 1; probe < text.size() && at < until; probe = at + token_min - 1) {
    if (!is_key_character(text[probe])) {
      at = probe + 1;
      continue;
    }
    const auto begin = run_begin(text, probe, at, is_key_character);
    if (begin == at) return begin;
    const auto end = run_end(text, probe, is_key_character);
    if (end - begin >= token_min) return begin;
    at = end;
  }
  return std::max(at, until);
}

void credential_scanner::run(std::size_t until) {
  until = std::min(until, text_.size());
  if (found_.seeks_any(of_credentials)) run_tokens(until);
  if (found_.seeks(private_key)) run_headers(until);
}

void credential_scanner::run_tokens(std::size_t until) {
  while (at_ < until) {
    at_ = next_token(text_, at_, until);
    if (at_ >= until) return;
    const auto end = run_end(text_, at_, is_key_character);
    take_token(at_, end);
    at_ = end;
  }
}

void credential_scanner::take_token(std::size_t begin, std::size_t end) {
  bool tried_jwt = false;
  for (std::size_t at = begin; at + token_min <= end && found_.seeks_any(of_credentials); ++at) {
    if (at > begin && is_letter_or_digit(text_[at - 1])) continue;
    const auto rest = text_.substr(at, end - at);
    if (found_.seeks(api_key) && is_api_key(text_, at, end)) found_.found(api_key);
    if (found_.seeks(private_key) && (rest.starts_with("AGE-SECRET-KEY-1") ||
                                      (rest.starts_with("LS0tLS1CRUdJTi") && is_private_pem_in_base64(text_.substr(at)))))
      found_.found(private_key);
    // The first alone: the part behind it is read to its end.
    if (!tried_jwt && rest.starts_with("eyJ")) {
      tried_jwt = true;
      if (found_.seeks(jwt) && is_jwt(text_, at, end)) found_.found(jwt);
    }
  }
}

void credential_scanner::run_headers(std::size_t until) {
  // All three have a dash; PuTTY's is its sixth character.
  constexpr std::string_view putty = "PuTTY-User-Key-File-", ssh2 = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY";
  for (; found_.seeks(private_key); ++header_at_) {
    header_at_ = next_byte(text_, '-', header_at_, until);
    if (header_at_ >= until) return;
    const auto rest = text_.substr(header_at_);
    const bool is_putty = header_at_ >= 5 && text_.substr(header_at_ - 5).starts_with(putty);
    if (is_putty || rest.starts_with(ssh2) || is_private_pem(rest)) found_.found(private_key);
  }
}

}  // namespace sallyport::policy::privacy
