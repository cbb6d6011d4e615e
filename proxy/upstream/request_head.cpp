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

constexpr std::array<std::string_view, 6> credentials{"authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization", "cookie"};

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

/// Tells `take` each field of a request, in the order in which they go out, until it fails.
template <class Take>
result<void> each_field(const config::provider& to, const header_list& passed, std::size_t credential, Take take) {
  if (auto taken = take("Content-Type", "application/json"); taken.has_error()) return taken;
  if (auto taken = take("Accept-Encoding", "identity"); taken.has_error()) return taken;
  const secret& key = to.key_at(credential);
  const bool has_key = !key.empty() && to.auth != config::auth_scheme::none;
  const std::string_view key_name = to.auth == config::auth_scheme::header ? std::string_view(to.auth_header) : "Authorization";
  if (has_key) {
    auto taken = to.auth == config::auth_scheme::header ? take(key_name, key.reveal()) : take(key_name, "Bearer " + std::string(key.reveal()));
    if (taken.has_error()) return taken;
  }
  const auto stands = [&](std::string_view name) {
    return stands_in(framing, name) || same_name(name, "content-type") || same_name(name, "accept-encoding") || (has_key && same_name(name, key_name));
  };
  bool names_itself = false;
  for (const auto& [name, value] : to.headers) {
    if (stands(name)) continue;
    names_itself = names_itself || same_name(name, "user-agent");
    if (auto taken = take(name, value); taken.has_error()) return taken;
  }
  const auto is_providers = [&](std::string_view name) {
    return std::any_of(to.headers.begin(), to.headers.end(), [name](const auto& field) { return same_name(field.first, name); });
  };
  for (const auto& [name, value] : passed) {
    if (stands(name) || stands_in(ours, name) || is_providers(name)) continue;
    names_itself = names_itself || same_name(name, "user-agent");
    if (auto taken = take(name, value); taken.has_error()) return taken;
  }
  return names_itself ? result<void>() : take("User-Agent", "sallyport");
}

}  // namespace

result<std::string> request_url(const config::provider& to, std::string_view path) {
  if (!is_fit_path(path)) return unfit_path(to);
  return std::string(without_last_slashes(to.base.text)).append(path);
}

result<header_list> request_headers(const config::provider& to, const header_list& passed, std::size_t credential) {
  header_list headers;
  const auto added = each_field(to, passed, credential, [&](std::string_view name, std::string_view value) { return headers.add(name, value); });
  if (added.has_error()) return added.error();
  return headers;
}

result<std::string> request_text(const config::provider& to, std::string_view path, const header_list& passed, std::size_t credential,
                                 std::size_t body_bytes) {
  if (!is_fit_path(path) || !std::all_of(to.base.path.begin(), to.base.path.end(), is_path_char)) return unfit_path(to);
  std::string text;
  text.reserve(512);
  text.append("POST ").append(without_last_slashes(to.base.path)).append(path).append(" HTTP/1.1\r\nHost: ");
  put_host(to.base, text);
  const auto written = each_field(to, passed, credential, [&](std::string_view name, std::string_view value) -> result<void> {
    if (auto fit = header_list::check(name, value); fit.has_error()) return fit;
    const bool blank = value.find_first_not_of(" \t") == std::string_view::npos;
    text.append("\r\n").append(name).append(blank ? ":" : ": ").append(blank ? std::string_view() : value);
    return {};
  });
  if (written.has_error()) return written.error();
  return text.append("\r\nContent-Length: ").append(std::to_string(body_bytes)).append("\r\n\r\n");
}

result<request_fields> request_fields_of(const config::provider& to, std::string_view path, const header_list& passed, std::size_t credential,
                                         std::size_t body_bytes) {
  if (!is_fit_path(path) || !std::all_of(to.base.path.begin(), to.base.path.end(), is_path_char)) return unfit_path(to);
  request_fields made;
  put_host(to.base, made.authority);
  made.path.append(without_last_slashes(to.base.path)).append(path);
  made.tls = to.base.tls;
  std::string lower;
  const auto written = each_field(to, passed, credential, [&](std::string_view name, std::string_view value) {
    lower.assign(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return made.headers.add(lower, value);
  });
  if (written.has_error()) return written.error();
  if (auto added = made.headers.add("content-length", std::to_string(body_bytes)); added.has_error()) return added.error();
  return made;
}

bool is_credential(const config::provider& to, std::string_view name) {
  return stands_in(credentials, name) || (to.auth == config::auth_scheme::header && same_name(name, to.auth_header));
}

}  // namespace sallyport::upstream
