/// Each fault does what its sentence says: one row here for each row of the catalogue, seen from a raw socket.

#include "proxy/rehearsal/fault_catalogue.hpp"
#include "proxy/rehearsal/gzip.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/proxy/rehearsal/raw_client.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

using namespace sallyport::rehearsal;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

using port_type = std::uint16_t;
using check_type = std::function<void(port_type)>;

raw_reply streamed(port_type port, const std::string& faults) { return ask(port, chat("m!tokens=12" + faults, true)); }
raw_reply plain(port_type port, const std::string& faults) { return ask(port, chat("m!tokens=12" + faults, false)); }

std::size_t tokens_in(const raw_reply& reply) {
  std::size_t found = 0;
  for (const std::string& event : reply.events()) found += event.find(R"("delta":{"content":")") != std::string::npos;
  return found;
}

bool is_good(const raw_reply& reply) {
  const auto events = reply.events();
  return reply.status == 200 && reply.is_whole && tokens_in(reply) == 12 && !events.empty() && events.back() == "[DONE]";
}

void check_error(const raw_reply& reply, int status, const std::string& part) {
  CHECK(reply.status == status);
  CHECK(reply.is_whole);
  CHECK(reply.body.find(R"({"error":{"message":")") == 0);
  CHECK(reply.body.find(part) != std::string::npos);
}

template <class Ask>
std::chrono::milliseconds time_of(Ask ask_it) {
  const auto began = std::chrono::steady_clock::now();
  ask_it();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

/// A stream that ended after four tokens without an end.
void check_cut(const raw_reply& reply) {
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.is_whole);
  CHECK(tokens_in(reply) == 4);
  CHECK(reply.count("[DONE]") == 0);
  CHECK(reply.count(R"("finish_reason":")") == 0);
}

void check_half_body(const raw_reply& reply) {
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.is_whole);
  CHECK(reply.body.starts_with('{'));
  CHECK(reply.count("finish_reason") == 0);
}

const std::map<std::string, check_type>& checks() {
  static const std::map<std::string, check_type> table{
      {"first", [](port_type port) {
         for (const int status : {500, 500, 200}) CHECK(plain(port, "!status=500!first=2").status == status);
         CHECK(plain(port, "!status=500!first=2!no_done").status == 500);  // a name of its own
       }},
      {"every", [](port_type port) {
         for (const int status : {200, 200, 503, 200, 200, 503}) CHECK(plain(port, "!status=503!every=3").status == status);
       }},
      {"for", [](port_type port) {
         int refused = 0;
         while (plain(port, "!status=503!for=30ms").status == 503) ++refused;
         CHECK(refused >= 1);
       }},
      {"flap", [](port_type port) {
         const auto until = [port](int status) {
           const auto patience_ends = std::chrono::steady_clock::now() + 5s;
           while (plain(port, "!status=503!flap=40ms").status != status)
             if (std::chrono::steady_clock::now() > patience_ends) return false;
           return true;
         };
         for (const int status : {503, 200, 503, 200}) CHECK(until(status));
       }},
      {"tokens", [](port_type port) { CHECK(tokens_in(ask(port, chat("m!tokens=33", true))) == 33); }},
      {"pace", [](port_type port) { CHECK(time_of([&] { CHECK(is_good(streamed(port, "!pace=3ms"))); }) >= 33ms); }},
      {"jitter", [](port_type port) { CHECK(time_of([&] { CHECK(is_good(streamed(port, "!jitter=20ms"))); }) >= 20ms); }},
      {"reasoning", [](port_type port) {
         const auto reply = streamed(port, "!reasoning=3!usage_on_finish");
         CHECK(reply.count(R"("delta":{"reasoning_content":)") == 3);
         CHECK(reply.count(R"("reasoning_tokens":3)") == 1);
         CHECK(reply.count(R"("completion_tokens":15)") == 1);
         CHECK(plain(port, "!reasoning=3").count(R"("reasoning_content":" thought1 thought2 thought3")") == 1);
       }},
      {"slow_head", [](port_type port) { CHECK(time_of([&] { CHECK(is_good(streamed(port, "!slow_head=20ms"))); }) >= 20ms); }},
      {"interim", [](port_type port) {
         const auto reply = streamed(port, "!interim");
         CHECK(reply.raw.starts_with("HTTP/1.1 103 Early Hints\r\n"));
         CHECK(is_good(reply));
       }},
      {"reset_before_head", [](port_type port) {
         const auto reply = plain(port, "!reset_before_head");
         CHECK(reply.raw.empty());
         CHECK(reply.was_reset);
       }},
      {"close_before_head", [](port_type port) {
         const auto reply = plain(port, "!close_before_head");
         CHECK(reply.raw.empty());
         CHECK(reply.was_closed);
       }},
      {"reset_on_reuse", [](port_type port) {
         raw_client client(port);
         client.send(chat("m!tokens=12!reset_on_reuse", true));
         CHECK(is_good(client.read()));
         client.send(chat("m!tokens=12!reset_on_reuse", true));
         CHECK(client.read().was_reset);
       }},
      {"accept_silent", [](port_type port) {
         const auto reply = plain(port, "!accept_silent!stall_for=20ms");
         CHECK(reply.raw.empty());
         CHECK(reply.was_closed);
       }},
      {"garbled_head", [](port_type port) {
         const auto reply = plain(port, "!garbled_head");
         CHECK_FALSE(reply.raw.empty());
         CHECK_FALSE(reply.raw.starts_with("HTTP/"));
         CHECK(reply.was_closed);
       }},
      {"huge_head", [](port_type port) {
         CHECK(plain(port, "!huge_head=100KiB").head.size() > 100 * 1024);
         CHECK(is_good(streamed(port, "!huge_head=100KiB")));
       }},
      {"two_lengths", [](port_type port) {
         const auto reply = plain(port, "!two_lengths");
         const auto size = reply.body.size();
         CHECK(reply.has_line("content-length: " + std::to_string(size)));
         CHECK(reply.has_line("content-length: " + std::to_string(size + 7)));
       }},
      {"redirect", [](port_type port) {
         const auto reply = plain(port, "!redirect");
         CHECK(reply.status == 307);
         CHECK(reply.has_line("location: /v1/elsewhere"));
       }},
      {"status", [](port_type port) {
         check_error(plain(port, "!status=503"), 503, R"("type":"server_error")");
         check_error(streamed(port, "!status=429"), 429, R"("code":"rate_limit_exceeded")");
         check_error(plain(port, "!status"), 500, R"("code":null)");
       }},
      {"retry_after", [](port_type port) {
         CHECK(plain(port, "!retry_after=7").status == 429);
         CHECK(plain(port, "!retry_after=7").has_line("retry-after: 7"));
         CHECK(plain(port, "!status=503!retry_after=7").has_line("retry-after: 7"));
       }},
      {"html_error", [](port_type port) {
         const auto reply = plain(port, "!html_error");
         CHECK(reply.status == 502);
         CHECK(reply.has_line("content-type: text/html"));
         CHECK(reply.body.starts_with("<html>"));
       }},
      {"context_length", [](port_type port) { check_error(plain(port, "!context_length"), 400, R"("code":"context_length_exceeded")"); }},
      {"content_policy", [](port_type port) { check_error(plain(port, "!content_policy"), 400, R"("code":"content_policy_violation")"); }},
      {"unauthorized", [](port_type port) { check_error(plain(port, "!unauthorized"), 401, R"("code":"invalid_api_key")"); }},
      {"quota", [](port_type port) { check_error(plain(port, "!quota"), 429, R"("code":"insufficient_quota")"); }},
      {"model_missing", [](port_type port) { check_error(plain(port, "!model_missing"), 404, R"("code":"model_not_found")"); }},
      {"echo_prefill", [](port_type port) {
         const auto asked = [&](const std::string& model) {
           return ask(port, post("/v1/chat/completions", R"({"model":")" + model + R"(","messages":[{"role":"user","content":"x"},)" +
                                                        R"({"role":"assistant","content":"This is"}]})")).body;
         };
         CHECK(asked("m!echo_prefill").find(R"("content":"This is )") != std::string::npos);
         CHECK(asked("m").find(R"("content":" )") != std::string::npos);
       }},
      {"no_prefill", [](port_type port) {
         const std::string body = R"({"model":"m!no_prefill","messages":[{"role":"user","content":"x"},)"
                                  R"({"role":"assistant","content":"y"}]})";
         check_error(ask(port, post("/v1/chat/completions", body)), 400, "prefill");
         CHECK(plain(port, "!no_prefill").status == 200);
       }},
      {"empty_200", [](port_type port) {
         for (const auto& reply : {plain(port, "!empty_200"), streamed(port, "!empty_200")}) {
           CHECK(reply.status == 200);
           CHECK(reply.is_whole);
           CHECK(reply.body.empty());
         }
       }},
      {"error_in_200", [](port_type port) {
         check_error(plain(port, "!error_in_200"), 200, "server_error");
         const auto events = streamed(port, "!error_in_200").events();
         REQUIRE(events.size() == 2);
         CHECK(events[0].starts_with(R"({"error":)"));
         CHECK(events[1] == "[DONE]");
       }},
      {"empty_stream", [](port_type port) {
         CHECK(streamed(port, "!empty_stream").body == "data: [DONE]\n\n");
         CHECK(plain(port, "!empty_stream").count(R"("choices":[])") == 1);
       }},
      {"slow_first_token", [](port_type port) {
         raw_client client(port);
         client.send(chat("m!tokens=12!slow_first_token=10m", true));
         CHECK(client.read_until(R"("role":"assistant")"));  // the head and the role are there long before the first token
         CHECK(time_of([&] { CHECK(is_good(streamed(port, "!slow_first_token=20ms"))); }) >= 20ms);
       }},
      {"error_in_stream_at", [](port_type port) {
         const auto reply = streamed(port, "!error_in_stream_at=4");
         const auto events = reply.events();
         CHECK(reply.is_whole);
         CHECK(tokens_in(reply) == 4);
         REQUIRE(events.size() == 1 + 4 + 2);
         CHECK(events[5].starts_with(R"({"error":)"));
         CHECK(events[6] == "[DONE]");
         check_error(plain(port, "!error_in_stream_at=4"), 200, "server_error");
       }},
      {"garbled_at", [](port_type port) {
         const auto reply = streamed(port, "!garbled_at=10");
         const auto events = reply.events();
         REQUIRE(events.size() == 1 + 12 + 1 + 1);
         CHECK_FALSE(events[9].ends_with('}'));
         CHECK(events[8].ends_with('}'));
         CHECK(events[10].ends_with('}'));
         CHECK(events.back() == "[DONE]");
         CHECK_FALSE(plain(port, "!garbled_at").body.ends_with('}'));
       }},
      {"cut_after", [](port_type port) {
         check_cut(streamed(port, "!cut_after=4"));
         CHECK(streamed(port, "!cut_after=4").was_closed);
         CHECK(tokens_in(streamed(port, "!cut_after=0")) == 0);
         CHECK(tokens_in(streamed(port, "!cut_after=12")) == 12);
         CHECK_FALSE(is_good(streamed(port, "!cut_after=12")));
         check_half_body(plain(port, "!cut_after=4"));
       }},
      {"reset_after", [](port_type port) {
         // The reset may overtake tokens that were sent; the cause must be seen all the same.
         const auto reply = streamed(port, "!reset_after=4");
         CHECK(reply.was_reset);
         CHECK(tokens_in(reply) <= 4);
         CHECK(plain(port, "!reset_after=4").was_reset);
       }},
      {"half_event_at", [](port_type port) {
         const auto reply = streamed(port, "!half_event_at=4");
         check_cut(reply);
         CHECK_FALSE(reply.body.ends_with("\n\n"));
         CHECK_FALSE(plain(port, "!half_event_at").is_whole);
         CHECK(plain(port, "!half_event_at").was_closed);
       }},
      {"stall_after", [](port_type port) {
         CHECK(time_of([&] { check_cut(streamed(port, "!stall_after=4!stall_for=20ms")); }) >= 20ms);
         check_half_body(plain(port, "!stall_after=4!stall_for=5ms"));
       }},
      {"stall_with_comments", [](port_type port) {
         const auto reply = streamed(port, "!stall_with_comments=4!stall_for=20ms");
         check_cut(reply);
         CHECK(reply.count(": rehearsal\n\n") >= 2);
       }},
      {"stall_for", [](port_type port) { CHECK(time_of([&] { plain(port, "!accept_silent!stall_for=30ms"); }) >= 30ms); }},
      {"half_close_after", [](port_type port) {
         const auto reply = streamed(port, "!half_close_after=4");
         check_cut(reply);
         CHECK(reply.was_closed);
         check_half_body(plain(port, "!half_close_after=4!stall_for=5ms"));
       }},
      {"no_blank_line", [](port_type port) {
         const auto reply = streamed(port, "!no_blank_line");
         CHECK(reply.is_whole);
         CHECK(reply.body.ends_with("}\n\ndata: [DONE]\n"));
         const auto unfinished = streamed(port, "!no_blank_line!no_done!usage_on_finish").body;
         CHECK(unfinished.ends_with("}\n"));
         CHECK_FALSE(unfinished.ends_with("\n\n"));
         CHECK(unfinished.find(R"("finish_reason":"stop")") > unfinished.rfind("\n\n"));
       }},
      {"no_done", [](port_type port) {
         const auto reply = streamed(port, "!no_done");
         CHECK(reply.is_whole);
         CHECK(reply.count("[DONE]") == 0);
         CHECK(reply.count(R"("finish_reason":"stop")") == 1);
       }},
      {"linger_after_done", [](port_type port) {
         raw_client client(port);
         client.send(chat("m!linger_after_done=10m", true));
         CHECK(client.read_until("[DONE]"));
         CHECK(time_of([&] { CHECK(is_good(streamed(port, "!linger_after_done=20ms"))); }) >= 20ms);
       }},
      {"no_usage", [](port_type port) {
         CHECK(plain(port, "!no_usage").count(R"("usage")") == 0);
         CHECK(ask(port, chat("m!no_usage", true, "x", R"(,"stream_options":{"include_usage":true})")).count(R"("usage")") == 0);
       }},
      {"usage_on_finish", [](port_type port) {
         const auto events = streamed(port, "!usage_on_finish").events();
         REQUIRE(events.size() == 1 + 12 + 1 + 1);
         CHECK(events[13].find(R"("finish_reason":"stop")") != std::string::npos);
         CHECK(events[13].find(R"("usage":{"prompt_tokens":)") != std::string::npos);
       }},
      {"huge_event", [](port_type port) {
         const auto reply = streamed(port, "!huge_event=1MiB");
         CHECK(is_good(reply));
         CHECK(reply.body.size() > 1 << 20);
       }},
      {"refusal", [](port_type port) {
         CHECK(streamed(port, "!refusal").count(R"("delta":{"refusal":"I"})") == 1);
         CHECK(plain(port, "!refusal").count(R"("content":null,"refusal":"I will not)") == 1);
       }},
      {"finish_length", [](port_type port) { CHECK(streamed(port, "!finish_length").count(R"("finish_reason":"length")") == 1); }},
      {"finish_filtered", [](port_type port) {
         CHECK(streamed(port, "!finish_filtered").count(R"("finish_reason":"content_filter")") == 1);
       }},
      {"truncated_content_length", [](port_type port) {
         check_half_body(plain(port, "!truncated_content_length"));
         CHECK(plain(port, "!truncated_content_length").was_closed);
         const auto reply = streamed(port, "!truncated_content_length");
         CHECK_FALSE(reply.is_whole);
         CHECK(reply.count("[DONE]") == 0);
       }},
      {"short_chunk_after", [](port_type port) {
         const auto reply = streamed(port, "!short_chunk_after=4");
         check_cut(reply);
         CHECK(reply.was_closed);
         const std::string_view chunk = std::string_view(reply.raw).substr(reply.raw.rfind("\r\n", reply.raw.rfind("data: ")) - 3);
         const auto announced = std::stoul(std::string(chunk.substr(0, 3)), nullptr, 16);
         CHECK(announced > chunk.size());
         CHECK_FALSE(reply.raw.ends_with("\r\n"));
         CHECK_FALSE(plain(port, "!short_chunk_after=4").is_whole);
       }},
      {"wrong_type", [](port_type port) {
         const auto stream = streamed(port, "!wrong_type");
         CHECK(is_good(stream));
         CHECK(stream.has_line("content-type: text/plain; charset=utf-8"));
         const auto whole = plain(port, "!wrong_type");
         CHECK(whole.has_line("content-type: text/html; charset=utf-8"));
         CHECK(whole.count(R"("finish_reason":"stop")") == 1);
       }},
      {"close_delimited", [](port_type port) {
         for (const auto& reply : {plain(port, "!close_delimited"), streamed(port, "!close_delimited")}) {
           CHECK(reply.has_line("connection: close"));
           CHECK(reply.head.find("content-length") == std::string::npos);
           CHECK(reply.head.find("transfer-encoding") == std::string::npos);
           CHECK(reply.was_closed);
           CHECK(reply.count(R"("finish_reason":"stop")") == 1);
         }
         CHECK(streamed(port, "!close_delimited").body.ends_with("data: [DONE]\n\n"));
         CHECK(streamed(port, "!close_delimited!cut_after=4").was_closed);  // the cut that nothing in HTTP shows
       }},
      {"gzip_unasked", [](port_type port) {
         const auto reply = streamed(port, "!gzip_unasked");
         CHECK(reply.has_line("content-encoding: gzip"));
         CHECK(reply.body.starts_with("\x1f\x8b"));
         CHECK(plain(port, "!gzip_unasked").has_line("content-encoding: gzip"));
       }},
      {"gzip_unlabelled", [](port_type port) {
         const auto reply = plain(port, "!gzip_unlabelled");
         CHECK(reply.head.find("content-encoding") == std::string::npos);
         CHECK(reply.body.starts_with("\x1f\x8b"));
       }},
      {"crlf", [](port_type port) {
         const auto reply = streamed(port, "!crlf");
         CHECK(is_good(reply));
         CHECK(reply.body.ends_with("data: [DONE]\r\n\r\n"));
         CHECK(reply.count("\n") == reply.count("\r\n"));
       }},
      {"cr", [](port_type port) {
         const auto reply = streamed(port, "!cr");
         CHECK(is_good(reply));
         CHECK(reply.body.ends_with("data: [DONE]\r\r"));
         CHECK(reply.count("\n") == 0);
       }},
      {"no_space", [](port_type port) {
         const auto reply = streamed(port, "!no_space");
         CHECK(is_good(reply));
         CHECK(reply.body.ends_with("data:[DONE]\n\n"));
       }},
      {"multi_line", [](port_type port) {
         const auto reply = streamed(port, "!multi_line");
         CHECK(is_good(reply));
         CHECK(reply.events().front().starts_with("{\n\"id\""));
       }},
      {"comments", [](port_type port) {
         const auto reply = streamed(port, "!comments");
         CHECK(is_good(reply));
         CHECK(reply.count(": rehearsal\n\n") == reply.events().size());
       }},
      {"split_utf8", [](port_type port) {
         CHECK(is_good(streamed(port, "!split_utf8")));
         CHECK(plain(port, "!split_utf8").count("caf\xc3\xa9") == 1);
       }},
      {"trickle", [](port_type port) {
         raw_reply reply;
         const auto took = time_of([&] { reply = plain(port, "!trickle=1ms"); });
         CHECK(reply.is_whole);
         CHECK(took >= std::chrono::milliseconds(reply.raw.size()));
       }},
      {"trickle_after", [](port_type port) {
         raw_client client(port);
         client.send(chat("m!tokens=12!trickle=10m!trickle_after=4", true));
         CHECK(client.read_until(R"("content":" a")"));  // the fifth token would come in hours
         raw_reply reply;
         const auto took = time_of([&] { reply = streamed(port, "!trickle=1ms!trickle_after=11"); });
         CHECK(is_good(reply));
         CHECK(took >= std::chrono::milliseconds(reply.body.size() - reply.body.rfind(R"("delta":{"content":")")));
         CHECK(is_good(streamed(port, "!trickle_after=0")));
       }},
  };
  return table;
}

}  // namespace

TEST_CASE("every fault of the catalogue does what its sentence says") {
  upstream_thread upstream({.name = "faulty"});
  REQUIRE(upstream.start().has_value());

  for (const fault_row& row : fault_catalogue()) {
    CAPTURE(row.name);
    const auto check = checks().find(std::string(row.name));
    REQUIRE(check != checks().end());
    check->second(upstream.port());
    CHECK(is_good(streamed(upstream.port(), "")));  // healthy afterwards
  }
  CHECK(checks().size() == fault_kind_count);
}
