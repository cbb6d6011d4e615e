#include "proxy/upstream/request_head.hpp"

#include <algorithm>
#include <array>

namespace sallyport::upstream {
namespace {

// The transport's alone, whoever asks: a second opinion on framing is how requests are smuggled.
constexpr std::array<std::string_view, 9> framing{"content-length", "transfer-encoding", "connection", "keep-alive",      "te",
                                                  "trailer",        "upgrade",           "expect",     "proxy-connection"};
// Never the client's: where the request goes, what its body is, and whose credential pays for it.
constexpr std::array<std::string_view, 9> ours{"host",    "content-type",   "accept-encoding",     "authorization", "x-api-key",
                                               "api-key", "x-goog-api-key", "proxy-authorization", "cookie"};

template <std::size_t Count>
bool stands_in(const std::array<std::string_view, Count>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [name](std::string_view listed) { return same_name(listed, name); });
}

bool is_path_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7f && c != '#' && c != '\\';
}

bool is_fit_path(std::string_view path) { return path.starts_with('/') && std::all_of(path.begin(), path.end(), is_path_char); }

std::string_view without_last_slashes(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

failure unfit_path(const config::provider& to) {
  return fail(failure_kind::internal, "the path of a request to provider " + to.name + " is not fit for a request line");
}

void put_host(const config::base_url& base, std::string& text) {
  const bool is_ipv6 = base.host.find(':') != std::string::npos;
  text.append(is_ipv6 ? "[" : "").append(base.host).append(is_ipv6 ? "]" : "");
  if (base.port != (base.tls ? 443 : 80)) text.append(1, ':').append(std::to_string(base.port));
}

result<void> add_credential(const config::provider& to, const secret& key, header_list& headers) {
  if (key.empty() || to.auth == config::auth_scheme::none) return {};
  if (to.auth == config::auth_scheme::header) return headers.add(to.auth_header, key.reveal());
  return headers.add("Authorization", "Bearer " + std::string(key.reveal()));
}

}  // namespace

result<std::string> request_url(const config::provider& to, std::string_view path) {
  if (!is_fit_path(path)) return unfit_path(to);
  return std::string(without_last_slashes(to.base.text)).append(path);
}

result<header_list> request_headers(const config::provider& to, const header_list& passed, std::size_t credential) {
  header_list headers;
  if (auto added = headers.add("Content-Type", "application/json"); added.has_error()) return added.error();
  if (auto added = headers.add("Accept-Encoding", "identity"); added.has_error()) return added.error();
  if (auto added = add_credential(to, to.key_at(credential), headers); added.has_error()) return added.error();
  for (const auto& [name, value] : to.headers) {
    if (stands_in(framing, name) || headers.has(name)) continue;
    if (auto added = headers.add(name, value); added.has_error()) return added.error();
  }
  const header_list fixed = headers;
  for (const auto& [name, value] : passed) {
    if (stands_in(framing, name) || stands_in(ours, name) || fixed.has(name)) continue;
    if (auto added = headers.add(name, value); added.has_error()) return added.error();
  }
  if (!headers.has("user-agent")) headers.add_if_fit("User-Agent", "sallyport");
  return headers;
}

result<std::string> request_text(const config::provider& to, std::string_view path, const header_list& passed, std::size_t credential,
                                 std::size_t body_bytes) {
  const auto headers = request_headers(to, passed, credential);
  if (headers.has_error()) return headers.error();
  if (!is_fit_path(path) || !std::all_of(to.base.path.begin(), to.base.path.end(), is_path_char)) return unfit_path(to);
  std::string text;
  text.reserve(512);
  text.append("POST ").append(without_last_slashes(to.base.path)).append(path).append(" HTTP/1.1\r\nHost: ");
  put_host(to.base, text);
  for (const auto& [name, value] : *headers) {
    const bool blank = value.find_first_not_of(" \t") == std::string::npos;
    text.append("\r\n").append(name).append(blank ? ":" : ": ").append(blank ? "" : value);
  }
  return text.append("\r\nContent-Length: ").append(std::to_string(body_bytes)).append("\r\n\r\n");
}

}  // namespace sallyport::upstream
