#include "adapters/anthropic_messages_request.hpp"

#include "adapters/anthropic_messages_call.hpp"
#include "adapters/opaque_state.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace sallyport::anthropic_messages;

namespace {

call asked(const std::string& body, operation asks = operation::chat_completions) {
  auto read = read_call(asks, body);
  REQUIRE_MESSAGE(read.has_value(), read.error().sentence);
  return *std::move(read);
}

std::string with_messages(const std::string& messages, const std::string& more = {}) {
  return R"({"model": "m", "max_tokens": 100, "stream": true, "messages": [)" + messages + "]" + more + "}";
}

const std::string user = R"({"role": "user", "content": "Hi"})";

std::string sent(const std::string& body) { return write_request(asked(body), "up").body; }

std::optional<provider_request> gone_on(const std::string& body, std::string_view model = "claude-sonnet-4-5",
                                        std::string_view delivered = "Once upon a \n", continuation how = continuation::prefill) {
  return write_continuation(asked(body), model, how, delivered);
}

}  // namespace

TEST_CASE("a verbatim request differs in the model alone") {
  const auto made = write_request(asked(with_messages(user)), "up\"1\"");
  CHECK(made.path == "/messages");
  CHECK(made.headers.get("anthropic-version") == "2023-06-01");
  CHECK(made.body == R"({"model": "up\"1\"", "max_tokens": 100, "stream": true, "messages": [{"role": "user", "content": "Hi"}]})");
  CHECK(write_request(asked(R"({"model":"m","messages":[{}]})", operation::count_tokens), "up").path == "/messages/count_tokens");
}

TEST_CASE("thoughts of another provider are taken out of a verbatim request") {
  const std::string mark = marked({"openai", "rs", "B"});
  const std::string theirs = R"({"type": "thinking", "thinking": "hm", "signature": ")" + mark + "\"}";
  const std::string hidden = R"({"type": "redacted_thinking", "data": ")" + mark + "\"}";
  const std::string ours = R"({"type": "thinking", "thinking": "oh", "signature": "SIG"})";
  const auto turn = [](const std::string& content) { return R"({"role": "assistant", "content": [)" + content + "]}"; };
  CHECK(sent(with_messages(user + ", " + turn(theirs + ", " + ours + "," + hidden + R"( , {"type": "text", "text": "a"})") + "," + user)) ==
        R"({"model": "up", "max_tokens": 100, "stream": true, "messages": [)" + user + ", " +
            turn(ours + R"(,{"type": "text", "text": "a"})") + "," + user + "]}");
  CHECK(sent(with_messages(user + " , " + turn(hidden) + " ," + user)) ==
        R"({"model": "up", "max_tokens": 100, "stream": true, "messages": [)" + user + " ," + user + "]}");
  const std::string only_spoken_of = with_messages(R"({"role": "user", "content": "what is )" + mark + R"(?"})");
  CHECK(sent(only_spoken_of).find(mark) != std::string::npos);
}

TEST_CASE("a broken answer is gone on with by giving its beginning") {
  const auto made = gone_on(with_messages(user));
  REQUIRE(made);
  CHECK(made->body == R"({"model": "claude-sonnet-4-5", "max_tokens": 97, "stream": true, "messages": [{"role": "user", "content": "Hi"})"
                      R"(,{"role":"assistant","content":"Once upon a"}]})");
  CHECK(gone_on(with_messages(user), "m", "x", continuation::replay)->body.find("assistant") == std::string::npos);
}

TEST_CASE("an answer is not gone on with where the dialect or the model has no way") {
  CHECK_FALSE(gone_on(with_messages(user), "claude-opus-4-6"));
  CHECK_FALSE(gone_on(with_messages(user), "claude-sonnet-4-5", " \n"));
  CHECK_FALSE(gone_on(with_messages(user), "claude-sonnet-4-5", "a", continuation::prefix));
  CHECK_FALSE(gone_on(with_messages(user, R"(,"thinking":{"type":"enabled"})")));
  CHECK(gone_on(with_messages(user, R"(,"thinking":{"type":"disabled"})")));
  CHECK_FALSE(gone_on(with_messages(user, R"(,"tool_choice":{"type":"any"})")));
  CHECK_FALSE(gone_on(with_messages(user, R"(,"output_config":{"format":{"type":"json_schema"}})")));
  CHECK_FALSE(gone_on(with_messages(user, R"(,"stop_sequences":["end"])"), "claude-sonnet-4-5", "the e"));
  CHECK_FALSE(gone_on(with_messages(user + R"(,{"role":"assistant","content":"A"})")));
}

TEST_CASE("streams of text may be continued") {
  CHECK(may_be_continued(asked(with_messages(user))));
  CHECK_FALSE(may_be_continued(asked(R"({"model":"m","max_tokens":1,"messages":[{}]})")));
}
