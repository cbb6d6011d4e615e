#include "config/addresses.hpp"

#include "config/report.hpp"

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>
#include <charconv>

namespace sallyport::config {
namespace {

namespace urls = boost::urls;

constexpr std::size_t url_bytes_max = 2048;
constexpr int mapped_bits = 96;  // of ::ffff:0:0/96, before an IPv4 address

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits without a leading zero, at most `most`.
std::optional<int> small_number(std::string_view digits, int most) {
  const bool fit = !digits.empty() && digits.size() <= 5 && std::all_of(digits.begin(), digits.end(), is_digit);
  if (!fit || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  int made = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), made);
  return made <= most ? std::optional(made) : std::nullopt;
}

complaint not_an_address(std::string_view text) {
  return {in_quotes(text) + " is not an address to listen on; write HOST:PORT with a numeric host, as in 127.0.0.1:7070 or [::1]:7070"};
}

/// Without brackets when it is the bracketed form of an IPv6 literal.
std::optional<std::string_view> host_of(std::string_view text) {
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (bracketed) text = text.substr(1, text.size() - 2);
  const bool has_colon = text.find(':') != std::string_view::npos;
  if (has_colon != bracketed || !address_literal(text)) return std::nullopt;
  return text;
}

std::optional<complaint> refused_part(const urls::url_view& url) {
  if (url.has_userinfo()) return complaint{"holds a user name or password; give the credential as key"};
  if (url.has_query()) return complaint{"holds a query (?...); remove it"};
  if (url.has_fragment()) return complaint{"holds a fragment (#...); remove it"};
  if (url.scheme_id() != urls::scheme::http && url.scheme_id() != urls::scheme::https)
    return complaint{"is not an http or https address; write https://HOST/PATH"};
  if (!url.has_authority() || url.host().empty()) return complaint{"names no host; write https://HOST/PATH"};
  return std::nullopt;
}

bool is_host_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_'; }

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// As it stands in text: IPv6 in brackets, the port only when it is not the scheme's own.
std::string text_of(const base_url& url) {
  const bool literal6 = url.host.find(':') != std::string::npos;
  std::string made = (url.tls ? "https://" : "http://") + (literal6 ? "[" + url.host + "]" : url.host);
  if (url.port != (url.tls ? 443 : 80)) made += ":" + std::to_string(url.port);
  return made + url.path;
}

bool has_bits_beyond(const network& range) {
  for (int bit = range.prefix; bit < 128; ++bit)
    if (range.address[static_cast<std::size_t>(bit / 8)] & (0x80 >> (bit % 8))) return true;
  return false;
}

}  // namespace

std::optional<std::array<std::uint8_t, 16>> address_literal(std::string_view host) {
  if (const auto four = urls::parse_ipv4_address({host.data(), host.size()})) {
    std::array<std::uint8_t, 16> made{};
    made[10] = made[11] = 0xff;
    const auto bytes = four->to_bytes();
    std::copy(bytes.begin(), bytes.end(), made.begin() + 12);
    return made;
  }
  if (const auto six = urls::parse_ipv6_address({host.data(), host.size()})) {
    std::array<std::uint8_t, 16> made{};
    const auto bytes = six->to_bytes();
    std::copy(bytes.begin(), bytes.end(), made.begin());
    return made;
  }
  return std::nullopt;
}

bool contains(const network& range, const std::array<std::uint8_t, 16>& address) {
  for (int bit = 0; bit < range.prefix; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if ((range.address[byte] ^ address[byte]) & (0x80 >> (bit % 8))) return false;
  }
  return true;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = address_literal(host);
  static const network four = *network_in("127.0.0.0/8");
  static const network six = *network_in("::1/128");
  return address && (contains(four, *address) || contains(six, *address));
}

parsed<socket_address> socket_address_in(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool only_port = small_number(text.substr(colon == 0 ? 1 : 0), 65535).has_value();
  if (only_port)
    return complaint{in_quotes(text) + " names no host; write 127.0.0.1:PORT for this machine alone, or 0.0.0.0:PORT for every address"};
  if (colon == std::string_view::npos) return not_an_address(text);
  const auto host = host_of(text.substr(0, colon));
  const auto port = small_number(text.substr(colon + 1), 65535);
  if (!host) return not_an_address(text);
  if (!port) return complaint{in_quotes(text) + " has no valid port; write a number up to 65535"};
  return socket_address{std::string(*host), static_cast<std::uint16_t>(*port)};
}

parsed<base_url> base_url_in(std::string_view text) {
  // The text is not repeated in sentences: it may hold a password.
  if (text.size() > url_bytes_max) return complaint{"is longer than 2048 bytes"};
  const auto url = urls::parse_uri({text.data(), text.size()});
  if (!url) return complaint{"is not an address; write https://HOST/PATH, as in https://api.openai.com/v1"};
  if (auto refused = refused_part(*url)) return *refused;

  base_url made;
  made.tls = url->scheme_id() == urls::scheme::https;
  made.host = lower(std::string(url->host_address()));
  if (!address_literal(made.host) && !std::all_of(made.host.begin(), made.host.end(), is_host_char))
    return complaint{"names a host with characters that a host name cannot have; write an ASCII name"};
  const auto port = url->has_port() && !url->port().empty() ? small_number({url->port().data(), url->port().size()}, 65535)
                                                            : std::optional(made.tls ? 443 : 80);
  if (!port || *port == 0) return complaint{"has no valid port; write a number from 1 to 65535"};
  made.port = static_cast<std::uint16_t>(*port);
  made.path = std::string(url->encoded_path());
  if (("/" + made.path + "/").find("/../") != std::string::npos) return complaint{"has a path with /../ in it; write the path without"};
  while (made.path.ends_with('/')) made.path.pop_back();
  made.text = text_of(made);
  return made;
}

parsed<network> network_in(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = address_literal(text.substr(0, slash));
  if (!address) return complaint{in_quotes(text) + " is not a network; write it as 10.0.0.0/8 or fd00::/8"};
  const int before = text.substr(0, slash).find(':') == std::string_view::npos ? mapped_bits : 0;
  if (slash == std::string_view::npos)
    return complaint{in_quotes(text) + " has no prefix length; write " + std::string(text) + "/" + std::to_string(128 - before)};
  const auto prefix = small_number(text.substr(slash + 1), 128 - before);
  if (!prefix) return complaint{in_quotes(text) + " has no valid prefix length; write a number up to " + std::to_string(128 - before)};

  network made{std::string(text), *address, before + *prefix};
  if (has_bits_beyond(made)) return complaint{in_quotes(text) + " has bits beyond its prefix; write the first address of the range"};
  return made;
}

}  // namespace sallyport::config
