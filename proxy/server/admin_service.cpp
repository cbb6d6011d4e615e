#include "proxy/server/admin_service.hpp"

#include "adapters/words/header_list.hpp"
#include "proxy/stages/reply_failure.hpp"

#include <openssl/crypto.h>

#include <string_view>
#include <utility>

namespace sallyport::server {
namespace {

constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view text_type = "text/plain; charset=utf-8";

bool is_page(std::string_view path) { return path == "/metrics" || path == "/healthz" || path == "/readyz"; }

/// Compares in a time that depends on the lengths only.
bool same_secret(std::string_view given, std::string_view wanted) {
  return given.size() == wanted.size() && CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

/// The bearer token, or nothing.
std::string_view bearer_of(const header_list& headers) {
  constexpr std::string_view scheme = "Bearer ";
  const auto value = headers.get("authorization");
  return value.size() > scheme.size() && same_name(value.substr(0, scheme.size()), scheme)
      ? value.substr(scheme.size()) : std::string_view{};
}

struct page {
  int status = 200;
  std::string_view type = text_type;
  std::string text;
};

page readiness(const admin_pages& pages) {
  const auto reason = pages.not_ready_because ? pages.not_ready_because() : std::nullopt;
  if (!reason) return {200, text_type, "ready\n"};
  return {503, text_type, *reason + "\n"};
}

}  // namespace

result<void> admin_service::check_token(const stages::request_head& head) const {
  const auto given = bearer_of(head.headers);
  if (given.empty()) return fail_with(failure_kind::key_missing, "Send the admin token as 'Authorization: Bearer TOKEN'.");
  if (!same_secret(given, pages_.token.reveal())) return fail_with(failure_kind::key_invalid, "This is not the admin token.");
  return {};
}

result<std::unique_ptr<stages::admission>> admin_service::admit(const stages::request_head& head) {
  const bool is_api = pages_.keys && admin_keys::owns(head.path);
  if (!is_api && !is_page(head.path))
    return fail_with(failure_kind::unknown_path, "No such page. This port serves /metrics, /healthz, /readyz and /admin/v1/keys.");
  if (!is_api && head.method != "GET" && head.method != "HEAD")
    return fail_with(failure_kind::method_not_allowed, "The admin pages take GET and HEAD.");
  if (is_api && pages_.token.empty()) return fail(failure_kind::admin_api_closed);
  if (is_api || (head.path == "/metrics" && !pages_.token.empty()))
    if (auto checked = check_token(head); checked.has_error()) return checked.error();
  return std::unique_ptr<stages::admission>();
}

task<void> admin_service::serve_api(const stages::request_head& head, const std::string& body, reply_sink& sink) {
  auto served = pages_.keys->serve(head, body);
  if (served.has_error()) {
    auto refusal = stages::reply_failure(served.error(), dialect_id::openai_chat, head.request_id);
    co_await sink.send_whole(std::move(refusal.start), refusal.body);
    co_return;
  }
  reply_start start;
  start.status = served->status;
  start.headers.add_if_fit("content-type", "application/json");
  start.headers.add_if_fit("cache-control", "no-store");
  start.headers.add_if_fit("x-request-id", head.request_id);
  co_await sink.send_whole(std::move(start), served->body);
}

task<void> admin_service::serve(stages::request_head head, std::string body, stages::admission*, reply_sink& sink) {
  if (!is_page(head.path)) {
    co_await serve_api(head, body, sink);
    co_return;
  }
  page shown{200, text_type, "ok\n"};
  if (head.path == "/metrics") shown = {200, metrics_type, pages_.metrics ? pages_.metrics() : std::string()};
  if (head.path == "/readyz") shown = readiness(pages_);
  reply_start start;
  start.status = shown.status;
  start.headers.add_if_fit("content-type", shown.type);
  start.headers.add_if_fit("cache-control", "no-store");
  start.headers.add_if_fit("x-request-id", head.request_id);
  co_await sink.send_whole(std::move(start), shown.text);
}

}  // namespace sallyport::server
