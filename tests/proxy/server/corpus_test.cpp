// The HTTP vectors of others, through the pure rules and over a real socket.

#include "proxy/server/framing.hpp"
#include "tests/proxy/server/corpus_cases.hpp"
#include "tests/proxy/server/front_door.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

using namespace sallyport;
using namespace sallyport::server;
using namespace sallyport::tests;

namespace {

const std::string sentinel = "GET /sentinel HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Compliant in the AWS set, refused here: each with the words of the rule.
const std::map<std::string, std::string> compliant_but_refused{
    {"Correct TE OK", "other than 'chunked'"},                                        // gzip, chunked: we decode no gzip
    {"Transfer-Encoding: identity and chunked OK", "other than 'chunked'"},           // identity went with RFC 7230
    {"Multiple transfer encoding headers in a single request OK", "more than one Transfer-Encoding"},
    {"TE with custom parameters OK", "other than 'chunked'"},                         // RFC 9112 7.1: chunked has no parameters
    {"Different Transfer-Encoding headers", "more than one Transfer-Encoding"},
    {"Different Transfer-Encoding headers combined", "other than 'chunked'"},
    {"Transfer-Encoding with a param: chunked;custom_param", "more than one Transfer-Encoding"},
    {"Empty URI", "empty request target"},                                            // RFC 9112 3.2
    {"International in URI", "not visible ASCII"},                                    // RFC 3986 2; llhttp must refuse the same
};

/// Ambiguous in the AWS set, and served: a name that is like a framing field's and that nobody takes for one. It frames nothing here, and is
/// not passed on (tests/proxy/corpora_test.cpp).
const std::set<std::string> ambiguous_but_served{"Transfer-Encoding with multiple hyphens", "Transfer-Encoding with multiple delimiters"};

/// Of each tier, how many the collection has and how many are served.
const std::map<std::string, std::pair<int, int>> served_of{
    {"Severe", {0, 58}}, {"Ambiguous", {2, 58}}, {"Acceptable", {2, 15}}, {"Compliant", {19, 28}}};

/// What the body needs behind the head, so that the request is whole.
std::string body_for(const framing& framed) {
  if (framed.body == body_framing::chunked) return "3\r\nabc\r\n0\r\n\r\n";
  return std::string(static_cast<std::size_t>(framed.length), 'b');
}

config::listen_settings roomy() {
  auto settings = loopback();
  settings.max_body = 8u << 20;
  settings.body_timeout = settings.header_timeout = 400ms;
  return settings;
}

const std::array<std::string_view, 9> known_methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"};

/// A service that, like the pipeline, takes no method that it does not know.
class choosy_service final : public stages::service {
 public:
  result<std::unique_ptr<stages::admission>> admit(const stages::request_head& head) override {
    if (std::find(known_methods.begin(), known_methods.end(), head.method) == known_methods.end())
        return fail(failure_kind::method_not_allowed);
    return inner.admit(head);
  }
  task<void> serve(stages::request_head head, std::string body, stages::admission* held, reply_sink& sink) override {
    return inner.serve(std::move(head), std::move(body), held, sink);
  }
  void refused(const stages::request_head& head, const failure& why) override { inner.refused(head, why); }

  scripted_service inner;
};

/// Sends all, and reads what comes until the server closes.
std::string exchange(std::uint16_t port, const std::string& bytes) {
  raw_client client(port);
  client.send(bytes);
  return client.rest();
}

bool is_one_400(const std::string& replies) {
  return replies.starts_with("HTTP/1.1 400 ") && replies.find("connection: close") != std::string::npos && replies.find("HTTP/1.1",
      1) == std::string::npos;
}

}  // namespace

TEST_CASE("desync vectors: no severe one is accepted, each compliant one is, but for the named") {
  const auto cases = desync_cases();
  if (cases.empty()) return say_skipped("http-desync-guardian is absent");
  std::map<std::string, std::pair<int, int>> accepted_of;
  std::map<std::string, std::string> refused;
  for (const auto& one : cases) {
    const std::string hosted = with_host(one.bytes);
    const auto examined = examine(hosted);
    auto& [accepted, all] = accepted_of[one.tier];
    ++all;
    if (examined.has_value()) ++accepted;
    if (examined.has_value() && one.tier != "Compliant") std::printf("  accepted, %s: %s\n", one.tier.c_str(), one.name.c_str());
    if (one.tier == "Ambiguous" && examined.has_value()) CHECK_MESSAGE(ambiguous_but_served.contains(one.name), one.name);
    if (one.tier == "Severe") CHECK_MESSAGE((examined.has_error() && examine(one.bytes).has_error()), one.name);
    if (one.tier == "Compliant" && examined.has_error()) refused[one.name] = examined.error().detail;
  }
  for (const auto& [tier, counts] : accepted_of) std::printf("desync %s: %d of %d accepted\n", tier.c_str(), counts.first, counts.second);
  CHECK(accepted_of == served_of);
  CHECK(refused.size() == compliant_but_refused.size());
  for (const auto& [name, rule] : compliant_but_refused) {
    CHECK_MESSAGE(refused.contains(name), name);
    CHECK_MESSAGE(refused[name].find(rule) != std::string::npos, name << ": " << refused[name]);
  }
}

TEST_CASE("desync vectors over a socket: severe ones get 400 and a close, and nothing behind them is executed") {
  const auto cases = desync_cases();
  if (cases.empty()) return say_skipped("http-desync-guardian is absent");
  front_door door(roomy());
  door.start();
  for (const auto& one : cases) {
    if (one.tier != "Severe") continue;
    for (const auto& request : {one.bytes, with_host(one.bytes)})
      CHECK_MESSAGE(is_one_400(exchange(door.port(), request + "0\r\n\r\n" + sentinel)), one.name);
  }
  CHECK(door.service.admitted.now() == 0);
}

TEST_CASE("desync vectors over a socket: what is accepted is framed as examined") {
  const auto cases = desync_cases();
  if (cases.empty()) return say_skipped("http-desync-guardian is absent");
  front_door door(roomy());
  door.start();
  for (const auto& one : cases) {
    if (one.tier == "Severe") continue;
    const auto request = with_host(one.bytes);
    const auto examined = examine(request);
    const int before = door.service.served.now();
    if (!examined) {
      CHECK_MESSAGE(is_one_400(exchange(door.port(), request + "0\r\n\r\n" + sentinel)), one.name);
      CHECK(door.service.served.now() == before);
      continue;
    }
    exchange(door.port(), request + body_for(*examined) + sentinel);
    CHECK_MESSAGE(door.service.served.now() == before + 2, one.name);
    CHECK(door.service.last_seen().head.path == "/sentinel");
  }
}

TEST_CASE("llhttp vectors: what its strict parser refuses gets 400 and a close") {
  const auto cases = llhttp_requests();
  if (cases.empty()) return say_skipped("llhttp is absent");
  choosy_service service;
  front_door door(roomy(), nullptr, &service);
  door.start();
  int refused = 0;
  int by_the_service = 0;
  int only_one = 0;
  for (const auto& one : cases) {
    if (!one.must_fail) continue;
    // These parse well and then stop: at Upgrade and CONNECT, and at bytes behind `Connection: close`.
    const bool stops_after_one = one.reason.starts_with("Pause on") || one.reason.starts_with("Data after");
    for (const auto& request : {one.bytes, with_host(one.bytes)}) {
      const int before = service.inner.served.now();
      const auto replies = exchange(door.port(), request + "\r\n\r\n");
      if (stops_after_one) {
        CHECK_MESSAGE(service.inner.served.now() <= before + 1, one.title);
        ++only_one;
      } else if (replies.starts_with("HTTP/1.1 405 ")) {  // llhttp knows a list of methods; to RFC 9110 9.1 any token is one
        CHECK_MESSAGE((one.title == "Invalid method" || one.title == "HTTP protocol and ANNOUNCE method"), one.title);
        CHECK(service.inner.served.now() == before);
        ++by_the_service;
      } else {
        CHECK_MESSAGE(is_one_400(replies), one.title << ": " << replies.substr(0, 40));
        CHECK_MESSAGE(service.inner.served.now() == before, one.title);
        ++refused;
      }
    }
  }
  std::printf("llhttp, to be refused: %d got 400, %d got 405 from the service, %d stop after one request\n", refused, by_the_service,
      only_one);
  CHECK(refused == 101);      // of 65 vectors, each with and without a Host of ours
  CHECK(by_the_service == 3);
  CHECK(only_one == 26);
}

TEST_CASE("llhttp vectors: what its strict parser takes is served, or refused for a named reason") {
  const auto cases = llhttp_requests();
  if (cases.empty()) return say_skipped("llhttp is absent");
  choosy_service service;
  front_door door(roomy(), nullptr, &service);
  door.start();
  std::map<std::string, int> reasons;
  int served = 0;
  for (const auto& one : cases) {
    if (one.must_fail) continue;
    const int before = service.inner.served.now();
    const int refused_before = service.inner.refusals_counted.now();
    exchange(door.port(), with_host(one.bytes) + "\r\n\r\n" + sentinel);
    if (service.inner.served.now() > before) ++served;
    else if (service.inner.refusals_counted.now() > refused_before) {
      const auto why = service.inner.last_reason();
      ++reasons[std::string(why.name()) + ": " + why.detail];
    } else FAIL_CHECK(one.title);
  }
  std::printf("llhttp, acceptable: %d served\n", served);
  for (const auto& [reason, count] : reasons) std::printf("  refused %d: %s\n", count, reason.c_str());
  CHECK(served == 53);
  CHECK(reasons.size() == 8);
}
