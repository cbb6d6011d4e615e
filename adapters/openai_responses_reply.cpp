#include "adapters/openai_responses_reply.hpp"

#include "adapters/json_write.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_responses_usage.hpp"
#include "adapters/scrub.hpp"

namespace sallyport::openai_responses {
namespace {

constexpr std::size_t identity_text_max = 512;

part of_kind(part_kind kind, std::string_view text) {
  part made;
  made.kind = kind;
  made.text = text;
  return made;
}

void read_message(json_value item, std::vector<part>& into) {
  item["content"].each_item([&](json_value one) {
    const auto type = one["type"].text();
    if (type == "refusal") into.push_back(of_kind(part_kind::refusal, one["refusal"].text()));
    if (type != "output_text") return;
    part& text = into.emplace_back(of_kind(part_kind::text, one["text"].text()));
    if (one["logprobs"].first_item().is_given()) text.logprobs = one["logprobs"].written();
  });
}

void read_reasoning(json_value item, std::vector<part>& into) {
  part thought = of_kind(part_kind::reasoning, {});
  for (const char* list : {"summary", "content"}) {
    item[list].each_item([&](json_value one) {
      if (!thought.text.empty()) thought.text += thought_separator;
      thought.text += one["text"].text();
    });
  }
  if (has_state(item)) thought.state = opaque_state{{}, std::string(item["id"].text()), std::string(item["encrypted_content"].text())};
  if (!thought.text.empty() || thought.state) into.push_back(std::move(thought));
}

void read_tool_call(json_value item, bool is_custom, std::vector<part>& into) {
  part& called = into.emplace_back(of_kind(part_kind::tool_call, item[is_custom ? "input" : "arguments"].text()));
  called.is_custom = is_custom;
  called.id = item["call_id"].text();
  called.name = item["name"].text();
}

void read_image(json_value item, std::vector<part>& into) {
  if (item["result"].text().empty()) return;
  part& image = into.emplace_back(of_kind(part_kind::image, {}));
  const auto format = item["output_format"].text();
  image.of.type = "image/" + std::string(format.empty() ? "png" : format);
  image.of.base64 = item["result"].text();
}

void read_item(json_value item, std::vector<part>& into) {
  const auto type = item["type"].text();
  if (type == "message") read_message(item, into);
  if (type == "reasoning") read_reasoning(item, into);
  if (type == "function_call" || type == "custom_tool_call") read_tool_call(item, type == "custom_tool_call", into);
  if (type == "image_generation_call") read_image(item, into);
}

result<answer> read_response(json_value response) {
  if (!response.is(json_kind::object)) return fail(failure_kind::garbled_reply, "a reply that is JSON but no object");
  if (openai_chat::is_error(response)) return openai_chat::failure_inside(response);
  if (auto why = failure_of(response)) return *std::move(why);
  if (!response["output"].is(json_kind::array)) return fail(failure_kind::empty_reply, "a reply without output");
  answer made;
  made.of.id = cut_text(response["id"].text(), identity_text_max);
  made.of.model = cut_text(response["model"].text(), identity_text_max);
  made.of.created = response["created_at"].integer().value_or(0);
  response["output"].each_item([&](json_value item) { read_item(item, made.parts); });
  made.finish = finish_of(response);
  made.tokens = usage_of(response["usage"]);
  return made;
}

}  // namespace

maybe_failure failure_of(json_value response) {
  const auto status = response["status"].text();
  if (openai_chat::is_error(response)) return openai_chat::failure_inside(response);
  if (status != "failed" && status != "cancelled") return std::nullopt;
  return fail(failure_kind::error_in_reply, "a response with the status " + scrubbed(status, 80));
}

bool has_state(json_value item) { return !item["encrypted_content"].text().empty() || item["content"].first_item().is_given(); }

result<answer> read_answer(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return fail(failure_kind::empty_reply, "an empty body");
  thread_local json_document document;
  if (!document.parse(body)) return fail(failure_kind::garbled_reply, "a reply that is not JSON: " + std::string(document.problem()));
  auto made = read_response(document.root());
  document.forget_large();
  return made;
}

result<whole_reply> read_reply(std::string_view body) {
  const auto said = read_answer(body);
  if (said.has_error()) return said.error();
  whole_reply made;
  made.tokens = said->tokens;
  made.finish = said->finish;
  made.held_as = said->of.id;
  for (const part& one : said->parts) {
    made.text_bytes += one.text.size();
    if (one.state && !one.state->bytes.empty()) made.states.push_back(one.state->bytes);
  }
  return made;
}

}  // namespace sallyport::openai_responses
