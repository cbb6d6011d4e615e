#include "tests/support/any_chat.hpp"

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

namespace sallyport::tests {
namespace {

bool perhaps() { return *rc::gen::arbitrary<bool>(); }

std::string one_of(std::vector<std::string> words) { return *rc::gen::elementOf(std::move(words)); }

/// Never empty, never only blanks.
std::string words() {
  const auto pieces =
      *rc::gen::resize(5, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
                              "a", "B", " ", "\n", "\"", "\\", "ä", "日本", "😀", "{\"x\":1}", "</", "\t", "data: ", "sallyport.state"})));
  std::string made = "w";
  for (const auto& one : pieces) made += one;
  return made + "w";
}

std::string name() {
  return one_of({"f", "get", "x_"}) + *rc::gen::resize(8, rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcXYZ019_-"))));
}

std::string json_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
      return one_of({"true", "false", "null"});
    case 1:
      return std::to_string(*rc::gen::inRange(-100000, 100000));
    case 2:
      return one_of({"\"\"", "\"a b\"", "\"ä\\n\\\"\"", "\"😀\""});
    case 3:
      return one_of({"0.5", "-1.25", "9007199254740993"});
    case 4:
      return "[" + json_value(depth - 1) + "," + json_value(depth - 1) + "]";
    default:
      return "{\"k\":" + json_value(depth - 1) + ",\"a\":" + json_value(depth - 1) + "}";
  }
}

std::string arguments() { return perhaps() ? "{}" : "{\"z\":" + json_value(2) + ",\"a\":" + json_value(2) + "}"; }

std::string schema() {
  return one_of({R"({"type":"object","properties":{}})",
                 R"({"type":"object","properties":{"z":{"type":"string","description":"ä"},"a":{"type":"integer"}},"required":["z"]})",
                 R"({"type":"object","properties":{"a":{"enum":["x",1,null]}},"additionalProperties":false})"});
}

std::optional<cache_mark> mark(const carried& what) {
  if (!what.marks || *rc::gen::inRange(0, 20) != 0) return std::nullopt;
  return cache_mark{one_of({"", "5m", "1h"})};
}

part text(const carried& what) {
  part made;
  made.text = words();
  made.cached = mark(what);
  return made;
}

part image(const carried& what) {
  part made;
  made.kind = part_kind::image;
  if (perhaps()) {
    made.of.url = one_of({"https://example.org/a.png", "https://example.org/b?c=%20d"});
  } else {
    made.of.type = one_of({"image/png", "image/jpeg"});
    made.of.base64 = one_of({"AAAA", "iVBORw0KGgo="});
  }
  if (what.image_detail) made.of.detail = one_of({"low", "high", "auto"});
  return made;
}

part pdf() {
  part made;
  made.kind = part_kind::file;
  made.of.type = "application/pdf";
  made.of.base64 = "JVBERi0xLjQK";
  made.of.name = one_of({"a.pdf", "zwei ö.pdf"});
  return made;
}

message from(role who, std::vector<part> parts) { return {.from = who, .parts = std::move(parts), .name = {}}; }

/// Two texts never stand side by side: many providers take them as one only.
message by_user(const carried& what) {
  message made = from(role::user, {});
  if (perhaps()) made.parts.push_back(image(what));
  made.parts.push_back(text(what));
  if (perhaps()) made.parts.push_back(perhaps() ? image(what) : pdf());
  return made;
}

part call_of(const tool& called, int number) {
  part made;
  made.kind = part_kind::tool_call;
  made.id = one_of({"call_", "toolu_01", "x-"}) + std::to_string(number);
  made.name = called.name;
  made.text = arguments();
  return made;
}

part result_of(const part& call, const carried& what) {
  part made;
  made.kind = part_kind::tool_result;
  made.id = call.id;
  made.content.push_back(text(what));
  if (what.result_images && perhaps()) made.content.push_back(image(what));
  return made;
}

void add_answer(const carried& what, const std::vector<tool>& tools, int& calls, std::vector<message>& into) {
  message answer = from(role::assistant, {});
  std::vector<message> results;
  const bool refuses = what.refusals && *rc::gen::inRange(0, 8) == 0;
  const int count = tools.empty() || refuses ? 0 : *rc::gen::inRange(0, 3);
  if (count == 0 || perhaps()) answer.parts.push_back(text(what));
  if (refuses) answer.parts.back().kind = part_kind::refusal;
  if (refuses) answer.parts.back().cached.reset();
  for (int i = 0; i < count; ++i) {
    answer.parts.push_back(call_of(*rc::gen::elementOf(tools), ++calls));
    results.push_back(from(role::tool, {result_of(answer.parts.back(), what)}));
  }
  into.push_back(std::move(answer));
  for (message& one : results) into.push_back(std::move(one));
}

std::vector<message> messages(const carried& what, const std::vector<tool>& tools) {
  std::vector<message> made;
  if (perhaps()) made.push_back(from(role::system, {text(what)}));
  if (what.developer && perhaps()) made.push_back(from(role::developer, {text(what)}));
  made.push_back(by_user(what));
  int calls = 0;
  const int turns = *rc::gen::inRange(0, 4);
  for (int i = 0; i < turns; ++i) {
    add_answer(what, tools, calls, made);
    if (what.later_system && *rc::gen::inRange(0, 5) == 0) made.push_back(from(role::system, {text(what)}));
    if (made.back().from != role::tool || perhaps()) made.push_back(by_user(what));
  }
  return made;
}

std::vector<tool> tools(const carried& what) {
  std::vector<tool> made(static_cast<std::size_t>(*rc::gen::inRange(0, 3)));
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i].name = name() + std::to_string(i);
    if (perhaps()) made[i].description = words();
    made[i].schema = schema();
    if (perhaps()) made[i].strict = perhaps();
    made[i].cached = mark(what);
  }
  return made;
}

tool_choice choice(const carried& what, const std::vector<tool>& tools) {
  tool_choice made;
  if (tools.empty()) return made;
  made.use = *rc::gen::element(tool_use::unset, tool_use::automatic, tool_use::none, tool_use::required, tool_use::named);
  if (made.use == tool_use::named) made.name = (*rc::gen::elementOf(tools)).name;
  const bool has_place = what.choice_only || (made.use != tool_use::unset && made.use != tool_use::none);
  if (has_place && perhaps()) made.parallel = perhaps();
  return made;
}

output_format format(const carried& what) {
  output_format made;
  if (!what.schema) return made;
  made.kind = *rc::gen::element(format_kind::unset, format_kind::text, format_kind::json_object, format_kind::json_schema);
  if (made.kind != format_kind::json_schema) return made;
  made.name = name();
  made.schema = schema();
  if (perhaps()) made.description = words();
  if (perhaps()) made.strict = perhaps();
  return made;
}

double quarter(int from, int to) { return *rc::gen::inRange(from * 4, to * 4 + 1) / 4.0; }

sampling how(const carried& what) {
  sampling made;
  if (perhaps()) made.temperature = quarter(0, 1);
  if (perhaps()) made.top_p = quarter(0, 1);
  if (what.top_k && perhaps()) made.top_k = *rc::gen::inRange(1, 100);
  if (what.stop && perhaps()) made.stop = {words(), words()};
  if (what.penalties && perhaps()) {
    made.presence_penalty = quarter(-2, 2);
    made.frequency_penalty = quarter(-2, 2);
    made.seed = *rc::gen::arbitrary<std::int64_t>();
    made.logit_bias = R"({"50256":-100})";
  }
  if (what.logprobs && perhaps()) {
    made.logprobs = true;
    made.top_logprobs = *rc::gen::inRange(0, 20);
  }
  return made;
}

void add_tags(chat& into) {
  if (perhaps()) into.verbosity = one_of({"low", "medium", "high"});
  if (perhaps()) into.service_tier = one_of({"auto", "default", "flex", "priority"});
  if (perhaps()) into.prompt_cache_key = words();
  if (perhaps()) into.metadata = R"({"a":"b"})";
}

}  // namespace

chat plain(chat said) {
  if (said.store == false) said.store.reset();
  for (tool& one : said.tools)
    if (one.strict == false) one.strict.reset();
  const auto clear = [](std::vector<part>& parts) {
    for (part& one : parts)
      if (one.of.detail == "auto") one.of.detail.clear();
  };
  for (message& one : said.messages) {
    clear(one.parts);
    for (part& each : one.parts) clear(each.content);
  }
  return said;
}

chat any_chat(const carried& what) {
  chat made;
  made.tools = tools(what);
  made.choice = choice(what, made.tools);
  made.messages = messages(what, made.tools);
  made.format = format(what);
  made.how = how(what);
  if (what.effort && perhaps()) made.reasoning.effort = one_of({"none", "minimal", "low", "medium", "high", "xhigh"});
  if (made.reasoning.effort == "none") made.reasoning.is = reasoning_wish::mode::off;
  made.max_tokens = *rc::gen::inRange(16, 100000);  // OpenAI takes no smaller limit at its newer door
  made.stream = perhaps();
  if (perhaps()) made.user = one_of({"u-1", "ä"});
  if (what.tags) add_tags(made);
  return made;
}

}  // namespace sallyport::tests
