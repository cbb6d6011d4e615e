/// Streams that break behind content, against the real gateway and the built-in faulty upstreams: S08, S09, S10 and S14 with `resume: true`.

#include "proxy/rehearsal/answer.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/running_gateway.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <set>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

struct way {
  const char* name;
  const char* faults;         ///< of the deployment that goes on
  const char* continuation;
};
constexpr way ways[] = {{"given", "", "prefill"},      {"told", "", "continue_final_message"}, {"anew", "", "replay"},
                        {"echo", "!echo_prefill", "prefix"}, {"S14", "!no_prefill", "prefill"}};

struct breakage {
  const char* name;
  const char* faults;
};
constexpr breakage breakages[] = {{"cut", "!cut_after=40"},
                                  {"reset", "!reset_after=40"},
                                  {"stall", "!stall_after=20!stall_for=30s"},
                                  {"comments", "!stall_with_comments=20!stall_for=30s"},
                                  {"garbled", "!garbled_at=10"},
                                  {"error", "!error_in_stream_at=5"},
                                  {"half", "!half_event_at=7"},
                                  {"bytes", "!cut_after=40!split_utf8"},
                                  {"crlf", "!cut_after=40!crlf"}};

struct stage {
  stage() {
    REQUIRE(primary.start().has_value());
    REQUIRE(fallback.start().has_value());
    std::string text = "providers:\n";
    for (const auto& [name, upstream] : {std::pair{"p", &primary}, {"f", &fallback}})
      text += std::string("  ") + name + ": {kind: openai_compatible, class: in_house, base_url: \"" + upstream->base_url() + "\"}\n";
    text += "deployments:\n";
    for (const auto& one : ways)
      text += std::string("  ") + one.name + ": {provider: f, model: \"x!tokens=60" + one.faults + "\", continuation: " + one.continuation + "}\n";
    text += "models:\n";
    for (const auto& broken : breakages)
      for (const auto& one : ways)
        text += "  " + model(broken, one) + ": {try: [\"p/" + model(broken, one) + "!tokens=60" + broken.faults + "\", " + one.name +
                "], resume: true, timeouts: {idle: 300ms}}\n";
    gate = std::make_unique<running_gateway>(text + "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n");
  }

  static std::string model(const breakage& broken, const way& one) { return std::string(broken.name) + "-" + one.name; }
  std::string metrics() { return ask(gate->running->admin_port(), "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").body; }

  // One voice: what is asked anew is the same, as with one model at two places and temperature 0.
  rehearsal::upstream_thread primary{{.name = "one"}};
  rehearsal::upstream_thread fallback{{.name = "one"}};
  std::unique_ptr<running_gateway> gate;
};

struct stream_read {
  std::string text;
  std::set<std::string> ids;
  std::string finish;
  bool is_done = false;
  bool has_error = false;
};

stream_read read_back(std::string body) {
  stream_read got;
  for (std::size_t at = 0; (at = body.find("\r\n", at)) != std::string::npos;) body.replace(at, 2, "\n");
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find("\n\n", at), body.size());
    const std::string block = body.substr(at, end - at);
    at = end + 2;
    if (!block.starts_with("data: ")) continue;
    got.is_done = block == "data: [DONE]";
    if (got.is_done) continue;
    const auto chunk = boost::json::parse(block.substr(6)).as_object();
    got.has_error = got.has_error || chunk.contains("error");
    if (!chunk.contains("choices")) continue;
    got.ids.insert(std::string(chunk.at("id").as_string()));
    for (const auto& one : chunk.at("choices").as_array()) {
      const auto& delta = one.as_object().at("delta").as_object();
      if (const auto* text = delta.if_contains("content"); text && text->is_string()) got.text += text->as_string();
      if (const auto& finish = one.as_object().at("finish_reason"); finish.is_string()) got.finish = finish.as_string();
    }
  }
  return got;
}

std::string whole_text() {
  std::string all;
  for (const auto& token : rehearsal::spoken_tokens("one", "hello", 60)) all += token;
  return all;
}

}  // namespace

TEST_CASE("whatever breaks a stream behind content, and however the next one goes on: the client reads one whole answer") {
  stage world;
  for (const auto& broken : breakages) {
    for (const auto& one : ways) {
      CAPTURE(broken.name);
      CAPTURE(one.name);
      const auto seen = chat(world.gate->port(), "sp-test-key", stage::model(broken, one), true);
      CHECK(seen.status == 200);
      CHECK(seen.whole);
      const auto got = read_back(seen.body);
      CHECK(got.text == whole_text());
      CHECK(got.finish == "stop");
      CHECK(got.ids.size() == 1);
      CHECK(got.is_done);
      CHECK_FALSE(got.has_error);
      CHECK(seen.body.find(R"("sallyport":{"resumed_by":"f/x!tokens=60)") != std::string::npos);
    }
  }
  const auto text = world.metrics();
  CHECK(text.find(R"(sallyport_failovers_total{model="cut-given",phase="mid_stream",result="ok"} 1)") != std::string::npos);
  CHECK(text.find(R"(sallyport_rescued_requests_total{model="cut-given"} 1)") != std::string::npos);
  CHECK(text.find(R"(outcome="broken",reason="connection_lost")") != std::string::npos);
}

TEST_CASE("two models that say different things: an error event, and the text once") {
  stage world;
  const std::string text = "providers:\n  p: {kind: openai_compatible, class: in_house, base_url: \"" + world.primary.base_url() +
                           "\"}\n  f: {kind: openai_compatible, class: in_house, base_url: \"" + world.fallback.base_url() +
                           "\"}\nmodels:\n  m: {try: [\"p/a!tokens=60!cut_after=40\", \"f/b!tokens=60!refusal\"], resume: true}\n";
  world.gate->running->reload(world.gate->settings_of(text));
  answer_seen seen;
  for (int i = 0; i < 200 && seen.status != 200; ++i) seen = chat(world.gate->port(), "any", "m", true);
  const auto got = read_back(seen.body);
  CHECK(whole_text().starts_with(got.text));
  CHECK(got.text.ends_with(" w40"));
  CHECK(got.has_error);
  CHECK_FALSE(got.is_done);
  CHECK(seen.body.find("upstream_connection_lost") != std::string::npos);
}
