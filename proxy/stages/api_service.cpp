#include "proxy/stages/api_service.hpp"

#include "proxy/stages/client_address.hpp"
#include "proxy/stages/identify.hpp"
#include "proxy/stages/list_models.hpp"
#include "proxy/stages/pipeline.hpp"
#include "proxy/stages/reply_failure.hpp"
#include "proxy/stages/settle.hpp"

namespace sallyport::stages {
namespace {

reply_start json_page(const exchange& x) {
  reply_start start;
  start.headers.add_if_fit("content-type", "application/json");
  start.headers.add_if_fit("x-request-id", x.head.request_id);
  return start;
}

std::int64_t started_at(const clock& time) { return std::chrono::duration_cast<std::chrono::seconds>(time.wall().time_since_epoch()).count(); }

}  // namespace

api_service::api_service(worker_parts& lent, std::shared_ptr<const generation> running) : lent_(lent), running_(std::move(running)) {}

result<std::unique_ptr<admission>> api_service::admit(const request_head& head) {
  auto x = std::make_unique<exchange>(lent_, running_);
  auto where = find_endpoint(head.method, head.path);
  if (where.has_error()) return std::move(where).error();
  x->where = std::move(*where);
  if (x->where.needs_key) {
    auto owner = who_asks(head);
    if (owner.has_error()) return std::move(owner).error();
    x->who = std::move(*owner);
  }
  if (lent_.shed.share() > 0 && x->where.what == page::call && lent_.shed.refuses(lent_.dice())) return fail(failure_kind::overloaded, "max_lag");
  auto room = lent_.room.take(head.body_bytes, running_->settings->listen);
  if (room.has_error()) return std::move(room).error();
  x->room = std::move(*room);
  return std::unique_ptr<admission>(std::move(x));
}

result<caller> api_service::who_asks(const request_head& head) {
  const auto& listen = running_->settings->listen;
  const auto address = client_address(head.client, head.headers.get("x-forwarded-for"), listen.trusted_proxies);
  auto owner = identify(head.headers, {running_->keys, stored_keys_.get(), *running_->settings}, address, lent_.time.wall());
  if (owner.has_value() || owner.error().kind != failure_kind::key_invalid) return owner;
  const auto wait = lent_.guesses.count(address, listen.failed_keys, lent_.time.now());
  if (!wait) return owner;
  auto why = fail(failure_kind::too_many_wrong_keys, address);
  why.retry_after = std::chrono::ceil<std::chrono::milliseconds>(*wait);
  return why;
}

// No coroutine of its own: its frame would be held as long as the stream that it serves.
task<void> api_service::serve(request_head head, std::string body, admission* held, reply_sink& sink) {
  auto& x = static_cast<exchange&>(*held);
  x.head = std::move(head);
  x.body = std::move(body);
  x.began = lent_.time.now();
  if (x.who.team) x.known.team = x.who.team->name;
  if (x.who.key) x.known.key = x.who.key->name;
  return x.where.what == page::call ? run_pipeline(x, sink) : serve_page(x, sink);
}

task<void> api_service::serve_page(exchange& x, reply_sink& sink) {
  const auto& settings = *x.of->settings;
  reply_start start = json_page(x);
  if (x.where.what == page::front_door) {
    co_await sink.send_whole(std::move(start), R"({"object":"sallyport","api":"/v1"})");
  } else if (x.where.what == page::list_models) {
    const std::string body = list_models(settings, x.who, started_at(lent_.time));
    co_await sink.send_whole(std::move(start), body);
  } else {
    const auto shown = show_model(settings, x.who, x.where.model, started_at(lent_.time));
    if (shown.has_error()) {
      const auto refusal = reply_failure(shown.error(), dialect_id::openai_chat, x.head.request_id);
      co_await sink.send_whole(refusal.start, refusal.body);
    } else {
      co_await sink.send_whole(std::move(start), *shown);
    }
  }
}

void api_service::refused(const request_head& head, const failure& why) { record_refusal(lent_, *running_, head, why); }

}  // namespace sallyport::stages
