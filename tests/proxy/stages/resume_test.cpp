/// A stream that breaks behind content, and another deployment that goes on with the answer: what the client reads is one answer.

#include "tests/support/relay_rig.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
using enum continuation;

namespace {

/// What a client makes of the bytes.
struct read_answer {
  std::string text;
  std::string finish;
  int markers = 0;
  int roles = 0;
  int errors = 0;
  std::set<std::string> ids;
  std::string resumed_by;
  std::int64_t prompt_tokens = -1, completion_tokens = -1;
};

read_answer read_back(const std::string& bytes) {
  read_answer got;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto end = bytes.find("\n\n", at);
    REQUIRE(end != std::string::npos);
    const std::string block = bytes.substr(at, end - at);
    at = end + 2;
    if (block == "data: [DONE]") {
      ++got.markers;
      continue;
    }
    REQUIRE(block.starts_with("data: "));
    const auto chunk = boost::json::parse(block.substr(6)).as_object();
    if (chunk.contains("error")) {
      ++got.errors;
      continue;
    }
    if (chunk.contains("id")) got.ids.insert(std::string(chunk.at("id").as_string()));
    if (const auto* by = chunk.if_contains("sallyport")) got.resumed_by = by->as_object().at("resumed_by").as_string();
    if (const auto* used = chunk.if_contains("usage"); used && used->is_object()) {
      got.prompt_tokens = used->as_object().at("prompt_tokens").as_int64();
      got.completion_tokens = used->as_object().at("completion_tokens").as_int64();
    }
    for (const auto& one : chunk.at("choices").as_array()) {
      const auto& delta = one.as_object().at("delta").as_object();
      if (delta.contains("role")) ++got.roles;
      if (const auto* text = delta.if_contains("content")) got.text += text->as_string();
      if (const auto& finish = one.as_object().at("finish_reason"); finish.is_string()) got.finish = finish.as_string();
    }
  }
  return got;
}

script broken_after(const std::vector<std::string>& words, script_step last = breaks(failure_kind::connection_lost)) {
  script steps{head(), data(role_event)};
  for (const auto& word : words) steps.push_back(data(text_event(word)));
  steps.push_back(std::move(last));
  return steps;
}

/// A stream under another id, as another deployment's is.
script well_elsewhere(const std::vector<std::string>& words) {
  auto steps = well(words);
  for (auto& step : steps) {
    const auto at = step.bytes.find("\"id\":\"c\"");
    if (at != std::string::npos) step.bytes.replace(at, 8, "\"id\":\"other\"");
  }
  return steps;
}

struct resuming_rig : relay_rig {
  explicit resuming_rig(const std::vector<continuation>& ways) : relay_rig(names(ways.size())) {
    resume = true;
    go_on_by(ways);
  }
  static std::vector<std::string> names(std::size_t count) {
    const std::vector<std::string> all{"a", "b", "c", "d"};
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
  }
};

}  // namespace

TEST_CASE("whatever breaks it behind content, the next deployment is given the text and goes on with it") {
  const std::vector<std::pair<const char*, script_step>> breaks_of{
      {"cut", breaks(failure_kind::connection_lost)}, {"ends early", end()},  {"stalls", data("", 1h)},
      {"garbage", data("data: {nonsense\n\n")},       {"error event", data(error_event)},
      {"half an event", data("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lost")}};
  for (const auto& [name, last] : breaks_of) {
    CAPTURE(name);
    resuming_rig rig({replay, continue_final_message});
    auto first = broken_after({"Hel", "lo "}, last);
    if (std::string(name) == "half an event") first.push_back(end());
    rig.wire.set("a", {first});
    rig.wire.set("b", {well_elsewhere({"wor", "ld"})});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "none");
    const auto got = read_back(rig.all_bytes());
    CHECK(got.text == "Hello world");
    CHECK(got.finish == "stop");
    CHECK(got.markers == 1);
    CHECK(got.roles == 1);
    CHECK(got.errors == 0);
    CHECK(got.ids == std::set<std::string>{"c"});
    CHECK(got.resumed_by == "b/b-model");
    CHECK(rig.all_bytes().ends_with(done_event));
    CHECK(rig.wire.sent.at(1).body.find(R"({"role":"assistant","content":"Hello"})") != std::string::npos);
    CHECK(rig.wire.sent.at(1).body.find("continue_final_message") != std::string::npos);
    CHECK(rig.attempts.front().outcome == attempt_outcome::broken);
    CHECK(rig.attempts.back().outcome == attempt_outcome::answered);
    CHECK(rig.ended_early == std::vector<int>{1});
    CHECK(rig.wire.open == 0);
  }
}

TEST_CASE("without resume nothing goes on: an error event, as ever") {
  resuming_rig rig({replay, continue_final_message});
  rig.resume = false;
  rig.wire.set("a", {broken_after({"Hel"})});
  rig.wire.set("b", {well({"lo"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "connection_lost");
  CHECK(rig.attempts.size() == 1);
  CHECK(read_back(rig.all_bytes()).errors == 1);
}

TEST_CASE("asked anew, an answer that is the same goes on where the first one broke") {
  resuming_rig rig({replay, replay});
  rig.wire.set("a", {broken_after({"Hel", "lo "})});
  rig.wire.set("b", {well_elsewhere({"He", "llo wor", "ld"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(read_back(rig.all_bytes()).text == "Hello world");
  CHECK(rig.wire.sent.at(1).body == rig.wire.sent.at(0).body.replace(rig.wire.sent.at(0).body.find("a-model"), 1, "b"));
}

TEST_CASE("another answer is none: the client is told of the break, and of nothing else") {
  for (const auto& other : {well_elsewhere({"Howdy"}), well_elsewhere({"Hel"}), refuses(400), refuses(503), script{}}) {
    resuming_rig rig({replay, replay});
    rig.wire.set("a", {broken_after({"Hel", "lo "})});
    rig.wire.set("b", {other});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "connection_lost");
    const auto got = read_back(rig.all_bytes());
    CHECK(got.text == "Hello ");
    CHECK(got.errors == 1);
    CHECK(got.markers == 0);
    CHECK(rig.attempts.size() == 2);
    CHECK(rig.wire.open == 0);
  }
}

TEST_CASE("S14: who refuses to be given a beginning is asked anew, and its refusal never reaches the client") {
  resuming_rig rig({replay, prefill});
  rig.wire.set("a", {broken_after({"Hel", "lo "})});
  rig.wire.set("b", {refuses(400), well_elsewhere({"Hello ", "world"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(read_back(rig.all_bytes()).text == "Hello world");
  CHECK(rig.attempts.size() == 3);

  resuming_rig other({replay, prefill});
  other.wire.set("a", {broken_after({"Hel", "lo "})});
  other.wire.set("b", {refuses(400), well_elsewhere({"Howdy"})});
  REQUIRE(other.run());
  CHECK(other.failure_name() == "connection_lost");
  CHECK(other.attempts.back().why->kind == failure_kind::answer_differs);
  CHECK(other.all_bytes().find("refused") == std::string::npos);
}

TEST_CASE("it goes on from one to the next as long as sends are left, and each goes on with all that is there") {
  resuming_rig rig({replay, prefill, continue_final_message, replay});
  rig.wire.set("a", {broken_after({"one "})});
  rig.wire.set("b", {broken_after({"two "})});
  rig.wire.set("c", {well_elsewhere({"three"})});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(read_back(rig.all_bytes()).text == "one two three");
  CHECK(rig.wire.sent.at(2).body.find(R"("content":"one two"})") != std::string::npos);
  CHECK(read_back(rig.all_bytes()).ids == std::set<std::string>{"c"});

  resuming_rig capped({replay, prefill, continue_final_message, prefill});
  for (const char* name : {"a", "b", "c"}) capped.wire.set(name, {broken_after({"word "})});
  capped.wire.set("d", {well({"end"})});
  REQUIRE(capped.run());
  CHECK(capped.failure_name() == "connection_lost");
  CHECK(capped.attempts.size() == 3);
  CHECK(read_back(capped.all_bytes()).text == "word word word ");
}

TEST_CASE("who never goes on is passed over") {
  resuming_rig rig({replay, none, prefill});
  rig.wire.set("a", {broken_after({"Hel"})});
  rig.wire.set("b", {well({"never"})});
  rig.wire.set("c", {well_elsewhere({"lo"})});
  REQUIRE(rig.run());
  CHECK(read_back(rig.all_bytes()).text == "Hello");
  REQUIRE(rig.route.left_aside().size() == 1);
  CHECK(rig.route.left_aside()[0].reason == "it goes on with no answer that another began");
}

TEST_CASE("an answer that is no plain text is not gone on with") {
  const std::string tool = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}\n\n";
  const std::string thought = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n";
  for (const auto& said : {tool, text_event("a") + tool, thought}) {
    resuming_rig rig({replay, prefill});
    rig.wire.set("a", {{head(), data(role_event + said), breaks(failure_kind::connection_lost)}});
    rig.wire.set("b", {well({"x"})});
    REQUIRE(rig.run());
    CHECK(rig.failure_name() == "connection_lost");
    CHECK(rig.attempts.size() == 1);
  }
  resuming_rig two({replay, prefill});
  two.ask(R"(,"n":2)");
  two.wire.set("a", {broken_after({"Hel"})});
  REQUIRE(two.run());
  CHECK(two.attempts.size() == 1);
}

TEST_CASE("a tool call may follow the text that was gone on with") {
  const std::string tool = "data: {\"id\":\"o\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n\n";
  resuming_rig rig({replay, prefill});
  rig.wire.set("a", {broken_after({"Let me "})});
  rig.wire.set("b", {{head(), data(role_event + text_event("look") + tool + finish_event + done_event), end()}});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(read_back(rig.all_bytes()).text == "Let me look");
  CHECK(rig.all_bytes().find(R"("tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}])") != std::string::npos);
}

TEST_CASE("the client that asked for the usage reads one, as of one answer to one prompt") {
  resuming_rig rig({replay, prefill});
  rig.ask(R"(,"stream_options":{"include_usage":true})");
  rig.wire.set("a", {broken_after({"12345678"})});
  rig.wire.set("b", {well_elsewhere({"9"})});
  REQUIRE(rig.run());
  const auto got = read_back(rig.all_bytes());
  CHECK(got.prompt_tokens == 5);       // seven with the two that it was given
  CHECK(got.completion_tokens == 5);   // three, and those two
  CHECK(rig.attempts.back().tokens.input == 7);

  resuming_rig silent({replay, prefill});
  silent.wire.set("a", {broken_after({"12345678"})});
  silent.wire.set("b", {well_elsewhere({"9"})});
  REQUIRE(silent.run());
  CHECK(read_back(silent.all_bytes()).prompt_tokens == -1);
}

TEST_CASE("a client that leaves while another goes on ends that send too") {
  resuming_rig rig({replay, prefill});
  rig.wire.set("a", {broken_after({"Hel"})});
  rig.wire.set("b", {{head(), data(text_event("lo"))}});
  auto leave = rig.time.make_wait();
  boost::asio::co_spawn(
      rig.on.get_executor(),
      [](relay_rig& of, wait_handle& until) -> task<void> {
        co_await until.until(of.time.now() + 5s);
        of.client.leave();
      }(rig, *leave),
      boost::asio::detached);
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "client_gone");
  CHECK(rig.wire.open == 0);
}

TEST_CASE("the time of the request is one, over all that go on with its answer") {
  resuming_rig rig({replay, prefill, prefill});
  rig.timeouts = {.connect = 1s, .first_token = 30s, .idle = 20s, .attempt = 30s, .total = 45s};
  rig.wire.set("a", {broken_after({"Hel"}, data("", 1h))});
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "idle_timed_out");
  CHECK(rig.time.now() - virtual_clock::start() == 45s);
  CHECK(read_back(rig.all_bytes()).errors == 1);
}

TEST_CASE("that one took no beginning says nothing of the next: it goes on in its own way") {
  resuming_rig rig({replay, prefill, prefill});
  policy::load of_b;
  const auto elsewhere = of_b.take(0);
  int places = 0;   // no limit; later one, which another call has
  rig.fleet.standing_of = [&](const candidate& one) {
    return one.target.deployment().name == "b" ? policy::standing{.load = &of_b, .sends_max = places} : policy::standing{};
  };
  rig.wire.set("a", {broken_after({"Hel"})});
  rig.wire.set("b", {{head(400, "application/json", 2s), data("{\"error\":{\"message\":\"no\"}}"), end()}});
  rig.wire.set("c", {well_elsewhere({"lo"})});
  auto until = rig.time.make_wait();
  const auto filling = [](wait_handle& wait, instant when, int& limit) -> task<void> {
    co_await wait.until(when);
    limit = 1;
  };
  boost::asio::co_spawn(rig.on.get_executor(), filling(*until, rig.time.now() + 1s, places), boost::asio::detached);
  REQUIRE(rig.run());
  CHECK(rig.failure_name() == "none");
  CHECK(read_back(rig.all_bytes()).text == "Hello");
  CHECK(rig.wire.sent.at(2).body.find(R"({"role":"assistant","content":"Hel"})") != std::string::npos);
}
