#include "config/provider_checks.hpp"

#include "adapters/words/header_list.hpp"
#include "config/addresses.hpp"
#include "config/pem.hpp"

#include <algorithm>
#include <array>

namespace sallyport::config {
namespace {

constexpr std::size_t headers_max = 32;
constexpr std::size_t networks_max = 64;

/// Hop-by-hop and framing headers (RFC 9110 section 7.6.1), and those that the gateway itself writes on every request.
constexpr std::array<std::string_view, 17> refused_headers{
    "host",    "content-length",    "transfer-encoding", "connection",         "keep-alive",          "te",
    "trailer", "upgrade",           "proxy-connection",  "proxy-authenticate", "proxy-authorization", "expect",
    "cookie",  "content-encoding",  "content-type",      "accept-encoding",    "authorization"};

bool is_ours(std::string_view name, const provider& made) {
  const auto same = [&](std::string_view other) { return same_name(name, other); };
  return std::any_of(refused_headers.begin(), refused_headers.end(), same) || (!made.auth_header.empty() && same(made.auth_header));
}

void check_headers(const named<provider_draft>& from, const provider& made) {
  const auto& headers = from.value.headers;
  if (headers.size() > headers_max) from.at.below("headers").refuse("holds more than 32 headers");
  for (auto one = headers.begin(); one != headers.end(); ++one) {
    const auto again = [&](const auto& other) { return same_name(other.name, one->name); };
    if (!is_token(one->name)) one->at.refuse("is not a header name (RFC 9110: letters, digits and hyphens)");
    else if (is_ours(one->name, made)) one->at.refuse("is a header that the gateway writes itself; remove it");
    else if (std::find_if(headers.begin(), one, again) != one) one->at.refuse("stands twice, since header names have no case");
    if (!is_field_value(one->value)) one->at.refuse("has a value that is not fit for a header");
  }
}

bool is_within(const std::vector<network>& networks, const std::array<std::uint8_t, 16>& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const network& range) { return contains(range, address); });
}

/// Plain http is for loopback, and for in_house inside of declared networks (a name is checked again when it is resolved).
void check_plain_http(const cursor& at, const provider& made) {
  if (made.base.tls || is_loopback(made.base.host)) return;
  if (made.runs_as != deployment_class::in_house)
    at.refuse("is plain http to another machine; write https (plain http is for loopback, or for class in_house with networks declared)");
  else if (made.networks.empty())
    at.refuse("is plain http to another machine; write https, or declare the networks it may be in, as in networks: [10.0.0.0/8]");
}

void check_base(const named<provider_draft>& from, const preset& kind, const provider& made) {
  const auto at = from.at.below("base_url");
  if (made.base.host.empty()) {
    // A base_url that could not be read has its problem already.
    if (!from.at.has("base_url")) at.refuse("is missing, kind " + kind.name + " has none of its own; write one as in " + kind.example);
    return;
  }
  check_plain_http(at, made);
  const auto address = address_literal(made.base.host);
  if (address && !made.networks.empty() && !is_within(made.networks, *address))
    at.refuse("lies outside of the provider's declared networks");
}

void check_key(const named<provider_draft>& from, const preset& kind, const provider& made) {
  const bool may_lack = kind.auth == auth_scheme::none || made.runs_as == deployment_class::in_house || is_loopback(made.base.host);
  if (may_lack || from.at.has("key") || from.at.has("keys")) return;
  from.at.below("key").refuse("is missing, this provider wants a credential; write key: \"${env:" + kind.variable + "}\"");
}

}  // namespace

void check_provider(const named<provider_draft>& from, const preset& kind, const provider& made) {
  check_base(from, kind, made);
  check_key(from, kind, made);
  check_headers(from, made);
  if (from.value.networks.size() > networks_max) from.at.below("networks").refuse("holds more than 64 ranges");
  if (!made.ca_file.empty()) check_pem(from.at.below("ca"), made.ca_file, "CERTIFICATE");
}

}  // namespace sallyport::config
