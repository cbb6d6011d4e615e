#include "adapters/openai_chat_answer.hpp"

#include "adapters/custom_input.hpp"
#include "adapters/data_url.hpp"
#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_chat_reading.hpp"
#include "adapters/openai_chat_reply.hpp"
#include "adapters/openai_chat_thoughts.hpp"
#include "adapters/openai_chat_usage.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sallyport::openai_chat {
namespace {

// ---- reading ----

/// Gathers what a message says into parts.
class part_gatherer final : public words_sink {
 public:
  explicit part_gatherer(std::vector<part>& into) : into_(into) {}

  void say(event_kind kind, std::string_view text) override {
    if (!text.empty()) open(kind_of(kind)).text += text;
  }
  void say_state(std::string_view id, std::string_view bytes) override {
    open(part_kind::reasoning).state = opaque_state{.origin = {}, .id = std::string(id), .bytes = std::string(bytes)};
  }
  void say_tool(const tool_part& of, std::string_view arguments) override {
    const auto [place, is_new] = calls_.try_emplace(of.index, into_.size());
    if (is_new) into_.emplace_back().kind = part_kind::tool_call;
    part& one = into_[place->second];
    if (one.id.empty()) one.id = of.id;
    if (one.name.empty()) one.name = of.name;
    one.text += arguments;
  }

 private:
  static part_kind kind_of(event_kind kind) {
    if (kind == event_kind::reasoning) return part_kind::reasoning;
    return kind == event_kind::refusal ? part_kind::refusal : part_kind::text;
  }
  part& open(part_kind kind) {
    if (into_.empty() || into_.back().kind != kind || into_.back().state) into_.emplace_back().kind = kind;
    return into_.back();
  }

  std::vector<part>& into_;
  std::map<int, std::size_t> calls_;  ///< place by index
};

void mark_custom(json_value calls, std::vector<part>& parts) {
  calls.each_item([&](json_value one) {
    if (!one["custom"].is_given()) return;
    for (part& each : parts)
      if (each.kind == part_kind::tool_call && each.id == one["id"].text()) each.is_custom = true;
  });
}

void keep_logprobs(json_value tokens, std::vector<part>& parts) {
  if (!tokens.first_item().is_given()) return;
  const auto text = std::find_if(parts.begin(), parts.end(), [](const part& one) { return one.kind == part_kind::text; });
  if (text != parts.end()) text->logprobs = tokens.written();
}

void keep_images(json_value images, std::vector<part>& parts) {
  images.each_item([&](json_value one) {
    const auto url = one["image_url"]["url"].text();
    if (url.empty()) return;
    part& made = parts.emplace_back();
    made.kind = part_kind::image;
    if (auto held = media_of(url))
      made.of = *std::move(held);
    else
      made.of.url = url;
  });
}

// Several say "stop" where a call stands in the answer (a forced tool at OpenAI, any at Google's door).
finish_reason finish_with(finish_reason said, const std::vector<part>& parts) {
  const bool has_call = std::any_of(parts.begin(), parts.end(), [](const part& one) { return one.kind == part_kind::tool_call; });
  return said == finish_reason::stop && has_call ? finish_reason::tool_calls : said;
}

answer read_root(json_value root, const whole_reply& facts) {
  answer made;
  made.of = {
      .id = std::string(root["id"].text()), .model = std::string(root["model"].text()), .created = root["created"].integer().value_or(0)};
  const json_value choice = root["choices"].first_item();
  const json_value message = choice["message"];
  part_gatherer gatherer(made.parts);
  read_words(choice, message, gatherer);
  mark_custom(message["tool_calls"], made.parts);
  keep_logprobs(choice["logprobs"]["content"], made.parts);
  keep_images(message["images"], made.parts);
  made.finish = finish_with(facts.finish, made.parts);
  made.tokens = facts.tokens;
  return made;
}

// ---- writing ----

std::string text_of(const answer& said, part_kind kind) {
  std::string made;
  for (const part& one : said.parts)
    if (one.kind == kind) made += one.text;
  return made;
}

bool has(const answer& said, part_kind kind) {
  return std::any_of(said.parts.begin(), said.parts.end(), [&](const part& one) { return one.kind == kind; });
}

void write_thoughts(const answer& said, json_object& to) {
  if (!has(said, part_kind::reasoning)) return;
  to.given("reasoning_content", text_of(said, part_kind::reasoning));
  if (said.of.origin.empty()) return;
  to.name("reasoning_details").begin_array();
  for (const part& one : said.parts) {
    if (one.kind != part_kind::reasoning) continue;
    const opaque_state state = one.state.value_or(opaque_state{});
    write_thought(one.text, marked({.origin = said.of.origin, .id = state.id, .bytes = state.bytes}), to);
  }
  to.end_array();
}

void write_tool_call(const part& one, bool as_custom, json_object& to) {
  const std::string_view type = as_custom ? "custom" : "function";
  to.begin_object().member("id", one.id).member("type", type).name(type).begin_object().member("name", one.name);
  if (as_custom)
    to.member("input", one.is_custom ? one.text : unwrapped_input(one.text));
  else
    to.member("arguments", one.text.empty() ? std::string_view("{}") : std::string_view(one.text));
  to.end_object().end_object();
}

void write_tool_calls(const call& asked, const answer& said, json_object& to) {
  if (!has(said, part_kind::tool_call)) return;
  const auto custom = custom_tools_of(asked);
  to.name("tool_calls").begin_array();
  for (const part& one : said.parts)
    if (one.kind == part_kind::tool_call) write_tool_call(one, one.is_custom || custom.contains(one.name), to);
  to.end_array();
}

void write_images(const answer& said, json_object& to) {
  if (!has(said, part_kind::image)) return;
  to.name("images").begin_array();
  for (const part& one : said.parts) {
    if (one.kind != part_kind::image) continue;
    to.begin_object().member("type", "image_url").name("image_url").begin_object();
    to.member("url", one.of.url.empty() ? data_url_of(one.of) : one.of.url).end_object().end_object();
  }
  to.end_array();
}

void write_message(const call& asked, const answer& said, json_object& to) {
  const std::string text = text_of(said, part_kind::text);
  const std::string refusal = text_of(said, part_kind::refusal);
  to.begin_object().member("role", "assistant").name("content");
  if (text.empty() && (!refusal.empty() || has(said, part_kind::tool_call)))
    to.null();
  else
    to.string(text);
  to.name("refusal");
  if (refusal.empty())
    to.null();
  else
    to.string(refusal);
  write_thoughts(said, to);
  write_tool_calls(asked, said, to);
  write_images(said, to);
  to.end_object();
}

void write_logprobs(const answer& said, json_object& to) {
  const auto found = std::find_if(said.parts.begin(), said.parts.end(), [](const part& one) { return !one.logprobs.empty(); });
  to.name("logprobs");
  if (found == said.parts.end())
    to.null();
  else
    to.begin_object().raw_member("content", found->logprobs).name("refusal").null().end_object();
}

}  // namespace

result<answer> read_answer(std::string_view body) {
  thread_local json_document document;
  if (auto why = parse_reply(body, document)) return *std::move(why);
  const auto facts = reply_in(operation::chat_completions, document.root());
  result<answer> made = facts ? result<answer>(read_root(document.root(), *facts)) : result<answer>(facts.error());
  document.forget_large();
  return made;
}

std::string answer_id(std::string_view id) {
  const bool is_of_another = id.starts_with("msg_") || id.starts_with("resp_");
  return (is_of_another ? "chatcmpl-" : "") + std::string(id);
}

std::string write_answer(const call& asked, const answer& said) {
  json_object made(usual_body_bytes);
  made.begin_object().member("id", answer_id(said.of.id)).member("object", "chat.completion").member("created", said.of.created);
  made.member("model", said.of.model).name("choices").begin_array().begin_object().member("index", std::int64_t{0}).name("message");
  write_message(asked, said, made);
  write_logprobs(said, made);
  made.member("finish_reason", word_of(said.finish)).end_object().end_array();
  if (said.tokens.basis != usage_basis::none) write_usage(said.tokens, made.name("usage"));
  made.end_object();
  return made.take();
}

}  // namespace sallyport::openai_chat
