#include "proxy/rehearsal/openai_wire.hpp"

#include <boost/json.hpp>

namespace sallyport::rehearsal {
namespace {

namespace json = boost::json;

constexpr std::int64_t first_created = 1'767'225'600;  // 2026-01-01; a number that repeats is worth more here than the time of day
constexpr std::string_view fingerprint = "fp_rehearsal";

bool is_chat(const question& asked) { return asked.asks == operation::chat_completions; }

/// What all bodies of one reply share.
json::object frame(const question& asked, std::uint64_t ordinal, std::string_view chat_object) {
  json::object body;
  body["id"] = (is_chat(asked) ? "chatcmpl-rehearsal-" : "cmpl-rehearsal-") + std::to_string(ordinal);
  body["object"] = is_chat(asked) ? chat_object : std::string_view("text_completion");
  body["created"] = first_created + static_cast<std::int64_t>(ordinal);
  body["model"] = asked.model;
  body["system_fingerprint"] = fingerprint;
  return body;
}

json::object usage_object(const question& asked, const answer& what) {
  const auto reasoning = static_cast<std::int64_t>(what.reasoning.size()) * asked.choices;
  return {{"prompt_tokens", asked.prompt_tokens},
          {"completion_tokens", what.completion_tokens},
          {"total_tokens", asked.prompt_tokens + what.completion_tokens},
          {"prompt_tokens_details", {{"cached_tokens", what.cached_tokens}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", reasoning}, {"audio_tokens", 0}, {"accepted_prediction_tokens", 0}, {"rejected_prediction_tokens", 0}}}};
}

std::string call_id(std::uint64_t ordinal, int choice) {
  return "call_rehearsal_" + std::to_string(ordinal) + "_" + std::to_string(choice);
}

json::object message_object(const question& asked, const answer& what, std::uint64_t ordinal, int choice) {
  json::object message{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
  std::string thought;
  for (const std::string& token : what.reasoning) thought += token;
  if (!thought.empty()) message["reasoning_content"] = thought;
  if (asked.tool)
    message["tool_calls"] = json::array{{{"id", call_id(ordinal, choice)},
                                         {"type", "function"},
                                         {"function", {{"name", asked.tool->name}, {"arguments", what.text()}}}}};
  else
    message[what.is_refusal ? "refusal" : "content"] = what.text();
  return message;
}

std::string embeddings_body(const question& asked) {
  json::array rows;
  for (std::size_t i = 0; i < asked.inputs.size(); ++i) {
    const std::vector<float> vector = embedding_of(asked.inputs[i], asked.dimensions);
    json::value written = asked.base64 ? json::value(base64_of(vector)) : json::value(json::array(vector.begin(), vector.end()));
    rows.push_back(json::object{{"object", "embedding"}, {"index", i}, {"embedding", std::move(written)}});
  }
  return json::serialize(json::object{{"object", "list"},
                                      {"data", std::move(rows)},
                                      {"model", asked.model},
                                      {"usage", {{"prompt_tokens", asked.prompt_tokens}, {"total_tokens", asked.prompt_tokens}}}});
}

/// Writes the chunks of one stream.
class chunk_writer {
 public:
  chunk_writer(const question& asked, const answer& what, std::uint64_t ordinal, bool usage_follows)
      : asked_(asked), what_(what), ordinal_(ordinal), usage_follows_(usage_follows) {}

  void role(int choice) {
    json::object delta{{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}};
    if (asked_.tool) delta["content"] = nullptr;
    add(choice, std::move(delta), nullptr, false);
    if (asked_.tool) add(choice, tool_delta({{"name", asked_.tool->name}, {"arguments", ""}}, choice, true), nullptr, false);
  }
  void thought(int choice, const std::string& token) { add(choice, {{"reasoning_content", token}}, nullptr, true); }
  void token(int choice, const std::string& token) {
    if (asked_.tool) return add(choice, tool_delta({{"arguments", token}}, choice, false), nullptr, true);
    add(choice, {{what_.is_refusal ? "refusal" : "content", token}}, nullptr, true);
  }
  void finish(int choice, const json::value& usage) {
    json::object chunk = made(choice, {}, json::value(what_.finish));
    if (!usage.is_null()) chunk["usage"] = usage;
    events_.push_back({json::serialize(chunk), false});
  }
  void usage() {
    json::object chunk = frame(asked_, ordinal_, "chat.completion.chunk");
    chunk["choices"] = json::array{};
    chunk["usage"] = usage_object(asked_, what_);
    events_.push_back({json::serialize(chunk), false});
  }
  std::vector<wire_event> take() { return std::move(events_); }

 private:
  json::object tool_delta(json::object function, int choice, bool is_first) {
    json::object call{{"index", 0}};
    if (is_first) {
      call["id"] = call_id(ordinal_, choice);
      call["type"] = "function";
    }
    call["function"] = std::move(function);
    return {{"tool_calls", json::array{std::move(call)}}};
  }

  json::object made(int choice, json::object delta, json::value finish) {
    json::object chunk = frame(asked_, ordinal_, "chat.completion.chunk");
    json::object one{{"index", choice}};
    if (is_chat(asked_))
      one["delta"] = std::move(delta);
    else
      one["text"] = delta.empty() ? json::value("") : delta.begin()->value();
    one["logprobs"] = nullptr;
    one["finish_reason"] = std::move(finish);
    chunk["choices"] = json::array{std::move(one)};
    if (usage_follows_) chunk["usage"] = nullptr;
    return chunk;
  }

  void add(int choice, json::object delta, json::value finish, bool is_token) {
    events_.push_back({json::serialize(made(choice, std::move(delta), std::move(finish))), is_token});
  }

  const question& asked_;
  const answer& what_;
  std::uint64_t ordinal_;
  bool usage_follows_;
  std::vector<wire_event> events_;
};

}  // namespace

std::string whole_body(const question& asked, const answer& what, std::uint64_t ordinal, bool with_usage) {
  if (asked.asks == operation::embeddings) return embeddings_body(asked);
  json::object body = frame(asked, ordinal, "chat.completion");
  json::array choices;
  for (int i = 0; i < asked.choices; ++i) {
    json::object one{{"index", i}};
    if (is_chat(asked))
      one["message"] = message_object(asked, what, ordinal, i);
    else
      one["text"] = what.text();
    one["logprobs"] = nullptr;
    one["finish_reason"] = what.finish;
    choices.push_back(std::move(one));
  }
  body["choices"] = std::move(choices);
  if (with_usage) body["usage"] = usage_object(asked, what);
  return json::serialize(body);
}

std::vector<wire_event> stream_events(const question& asked, const answer& what, std::uint64_t ordinal, bool with_usage,
                                      bool usage_on_finish) {
  const bool apart = with_usage && asked.include_usage && !usage_on_finish;
  chunk_writer writer(asked, what, ordinal, apart);
  for (int i = 0; is_chat(asked) && i < asked.choices; ++i) writer.role(i);
  for (const std::string& token : what.reasoning)
    for (int i = 0; i < asked.choices; ++i) writer.thought(i, token);
  for (const std::string& token : what.tokens)
    for (int i = 0; i < asked.choices; ++i) writer.token(i, token);
  for (int i = 0; i < asked.choices; ++i) {
    const bool has_usage = with_usage && usage_on_finish && i + 1 == asked.choices;
    writer.finish(i, has_usage ? json::value(usage_object(asked, what)) : json::value(nullptr));
  }
  if (apart) writer.usage();
  return writer.take();
}

std::string error_body(std::string_view message, std::string_view type, std::string_view param, std::string_view code) {
  const auto or_null = [](std::string_view text) { return text.empty() ? json::value(nullptr) : json::value(text); };
  return json::serialize(json::object{
      {"error", {{"message", message}, {"type", type}, {"param", or_null(param)}, {"code", or_null(code)}}}});
}

std::string no_choices_body(const question& asked, std::uint64_t ordinal) {
  if (asked.asks == operation::embeddings)
    return json::serialize(json::object{{"object", "list"}, {"data", json::array{}}, {"model", asked.model}});
  json::object body = frame(asked, ordinal, "chat.completion");
  body["choices"] = json::array{};
  return json::serialize(body);
}

std::string models_body(const std::vector<std::string>& models) {
  json::array rows;
  for (const std::string& model : models)
    rows.push_back(json::object{{"id", model}, {"object", "model"}, {"created", first_created}, {"owned_by", "rehearsal"}});
  return json::serialize(json::object{{"object", "list"}, {"data", std::move(rows)}});
}

}  // namespace sallyport::rehearsal
