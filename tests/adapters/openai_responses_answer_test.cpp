#include "adapters/openai_responses_answer.hpp"

#include "adapters/opaque_state.hpp"
#include "adapters/openai_responses_call.hpp"
#include "adapters/openai_responses_failure.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
namespace json = boost::json;

namespace {

json::value written(const answer& said, const std::string& members = R"("input":"a")") {
  const auto asked = openai_responses::read_call(operation::chat_completions, R"({"model":"m",)" + members + "}");
  REQUIRE(asked.has_value());
  return json::parse(openai_responses::write_answer(*asked, said));
}

part of_kind(part_kind kind, std::string text) {
  part made;
  made.kind = kind;
  made.text = std::move(text);
  return made;
}

part tool_call(std::string id, std::string name, std::string text) {
  part made = of_kind(part_kind::tool_call, std::move(text));
  made.id = std::move(id);
  made.name = std::move(name);
  return made;
}

answer saying(std::vector<part> parts, finish_reason finish = finish_reason::stop) {
  return {{.id = "msg_7", .model = "there", .created = 99, .origin = "prov", .open_item = {}}, std::move(parts), finish, {3, 2, 1, 5, 4,
      usage_basis::reported}};
}

}  // namespace

TEST_CASE("an answer of text is a response with one message") {
  const json::value made = written(saying({of_kind(part_kind::text, "Hi")}));
  CHECK(made.at("id") == "resp_msg_7");
  CHECK(made.at("object") == "response");
  CHECK(made.at("created_at") == 99);
  CHECK(made.at("status") == "completed");
  CHECK(made.at("model") == "there");
  CHECK(made.at("store") == false);
  CHECK(made.at("error").is_null());
  CHECK(made.at("incomplete_details").is_null());
  CHECK(made.at("output") == json::parse(R"([{"id":"msg_msg_7_0","type":"message","status":"completed","role":"assistant",
    "content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}])"));
  CHECK(made.at("usage") == json::parse(R"({"input_tokens":6,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":1},
    "output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":15})"));
  CHECK(made.at("tool_choice") == "auto");
  CHECK(made.at("parallel_tool_calls") == true);
}

TEST_CASE("a response repeats what its call asked for") {
  const json::value made = written(saying({}), R"("input":"a","temperature":0.5,"metadata":{"a":"b"},"max_output_tokens":40,
      "tool_choice":"none")");
  CHECK(made.at("temperature") == 0.5);
  CHECK(made.at("metadata") == json::parse(R"({"a":"b"})"));
  CHECK(made.at("max_output_tokens") == 40);
  CHECK(made.at("tool_choice") == "none");
  CHECK(made.at("output").as_array().empty());
}

TEST_CASE("thoughts, tool calls and refusals are items of their own kind") {
  part thought = of_kind(part_kind::reasoning, "Hm");
  thought.state = opaque_state{{}, "i", "b"};
  part text = of_kind(part_kind::text, "Hi");
  text.logprobs = R"([{"token":"Hi","logprob":-1,"bytes":[72,105],"top_logprobs":[]}])";
  const json::value made = written(saying({thought, text, of_kind(part_kind::refusal, "No"), tool_call("c1", "f", "{}"), tool_call("c2",
      "g", R"({"input":"ls"})")},
                                          finish_reason::tool_calls),
                                   R"("input":"a","tools":[{"type":"custom","name":"g"},{"type":"function","name":"f"}])");
  const auto& items = made.at("output").as_array();
  REQUIRE(items.size() == 4);
  CHECK(items[0] == json::parse(R"({"id":"rs_msg_7_0","type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}],
      "encrypted_content":")" +
                                marked({"prov", "i", "b"}) + "\"}"));
  CHECK(items[1].at("content").as_array().size() == 2);
  CHECK(items[1].at("content").at(0).at("logprobs").at(0).at("token") == "Hi");
  CHECK(items[1].at("content").at(1) == json::parse(R"({"type":"refusal","refusal":"No"})"));
  CHECK(items[2] == json::parse(R"({"id":"fc_msg_7_2","type":"function_call","status":"completed","arguments":"{}","call_id":"c1",
      "name":"f"})"));
  CHECK(items[3] == json::parse(R"({"id":"ctc_msg_7_3","type":"custom_tool_call","status":"completed","input":"ls","call_id":"c2",
      "name":"g"})"));
  CHECK(made.at("status") == "completed");
}

TEST_CASE("the ids of items are short and plain, whatever the id of the answer") {
  answer said = saying({of_kind(part_kind::text, "Hi")});
  said.of.id = std::string(100, 'x') + "/y";
  const auto id = std::string(written(said).at("output").at(0).at("id").as_string());
  CHECK(id.size() <= 64);
  CHECK(id.starts_with("msg_x"));
  CHECK(id.ends_with("x_y_0"));
}

TEST_CASE("an answer that was cut says why") {
  CHECK(written(saying({}, finish_reason::length)).at("incomplete_details").at("reason") == "max_output_tokens");
  const json::value filtered = written(saying({of_kind(part_kind::text, "a")}, finish_reason::content_filter));
  CHECK(filtered.at("incomplete_details").at("reason") == "content_filter");
  CHECK(filtered.at("status") == "incomplete");
  CHECK(filtered.at("output").at(0).at("status") == "incomplete");
}

TEST_CASE("a thought whose maker wants only its text back is marked all the same") {
  const json::value made = written(saying({of_kind(part_kind::reasoning, "Hm")}));
  CHECK(read_state(std::string(made.at("output").at(0).at("encrypted_content").as_string())) == opaque_state{"prov", "", ""});
}

TEST_CASE("a failure in a stream is an error event and a failed response") {
  const std::string said = openai_responses::write_failure_events(fail(failure_kind::provider_overloaded), {.id = "resp_1", .model =
      "m", .origin = {}, .open_item = {}}, 4);
  const auto first = said.find("event: error\ndata: "), second = said.find("event: response.failed\ndata: ");
  REQUIRE(first == 0);
  REQUIRE(second != std::string::npos);
  const json::value error = json::parse(said.substr(19, said.find("\n\n") - 19));
  CHECK(error.at("type") == "error");
  CHECK(error.at("sequence_number") == 4);
  CHECK(error.at("error").at("message").is_string());
  const json::value failed = json::parse(said.substr(second + 29, said.size() - second - 31));
  CHECK(failed.at("sequence_number") == 5);
  CHECK(failed.at("response").at("id") == "resp_1");
  CHECK(failed.at("response").at("status") == "failed");
  CHECK(failed.at("response").at("error").at("message") == error.at("error").at("message"));
  CHECK(failed.at("response").at("error").at("code").is_string());
}

TEST_CASE("a refusal of a provider is marked as said in this dialect") {
  const failure why = openai_responses::read_failure(400, {}, R"({"error":{"message":"No","type":"invalid_request_error",
      "param":"input","code":null}})", {});
  REQUIRE(why.said);
  CHECK(why.said->in == dialect_id::openai_responses);
  CHECK(why.said->body.find("\"No\"") != std::string::npos);
}
