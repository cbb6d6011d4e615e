#include "proxy/stages/reply.hpp"

#include "proxy/observe/usd_text.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/reply_failure.hpp"
#include "proxy/stages/served_by.hpp"

namespace sallyport::stages {
namespace {

using namespace std::chrono_literals;

/// A finished stream's connection can be kept if its last chunk comes soon; a provider that dawdles loses the connection, not our time.
constexpr auto finish_grace = 200ms;

reply_start start_of_whole(exchange& x) {
  reply_start start = std::move(x.reply.start);
  if (!start.headers.has("content-type")) start.headers.add_if_fit("content-type", "application/json");
  start.headers.add_if_fit("x-request-id", x.head.request_id);
  if (x.last_attempt()) add_served_by(start.headers, *x.last_attempt()->to, x.attempts.size());
  if (const auto judged = judgement_of(x.known); !judged.empty()) start.headers.add_if_fit("x-sallyport-data-class", judged);
  if (x.last_attempt() && x.last_attempt()->cost) start.headers.add_if_fit("x-sallyport-cost-usd", observe::usd_text(*x.last_attempt()->cost));
  return start;
}

task<void> finish_on_the_wire(exchange& x) {
  if (!x.reply.finishing) co_return;
  const instant until = x.with.time.now() + finish_grace;
  auto came = upstream::signal::data;
  while (came == upstream::signal::data) came = co_await x.reply.finishing->next(until);
  x.reply.finishing.reset();
}

}  // namespace

task<void> reply(exchange& x, reply_sink& sink) {
  if (sink.client_is_gone()) co_return;
  if (sink.is_open()) {
    // An ended stream that has nothing left to say is one whose client left or whose end cannot be told: never a silent end.
    if (x.reply.last_bytes.empty())
      sink.break_off();
    else
      co_await sink.close(x.reply.last_bytes);
  } else if (x.why) {
    auto refusal = reply_failure(*x.why, x.where.speaks, x.head.request_id);
    if (const auto judged = judgement_of(x.known); !judged.empty()) refusal.start.headers.add_if_fit("x-sallyport-data-class", judged);
    co_await sink.send_whole(refusal.start, refusal.body);
  } else {
    reply_start start = start_of_whole(x);
    co_await sink.send_whole(std::move(start), x.reply.body);
  }
  co_await finish_on_the_wire(x);
}

}  // namespace sallyport::stages
