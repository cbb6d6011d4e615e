#include "proxy/upstream/request_head.hpp"

#include <algorithm>
#include <array>

namespace sallyport::upstream {
namespace {

// libcurl's alone, whoever asks: a second opinion on framing is how requests are smuggled.
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

result<void> add_credential(const config::provider& to, const secret& key, header_list& headers) {
  if (key.empty() || to.auth == config::auth_scheme::none) return {};
  if (to.auth == config::auth_scheme::header) return headers.add(to.auth_header, key.reveal());
  return headers.add("Authorization", "Bearer " + std::string(key.reveal()));
}

}  // namespace

result<std::string> request_url(const config::provider& to, std::string_view path) {
  if (!path.starts_with('/') || !std::all_of(path.begin(), path.end(), is_path_char))
    return fail(failure_kind::internal, "the path of a request to provider " + to.name + " is not fit for a request line");
  std::string url = to.base.text;
  while (url.ends_with('/')) url.pop_back();
  return url.append(path);
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

}  // namespace sallyport::upstream
