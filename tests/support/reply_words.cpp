#include "tests/support/reply_words.hpp"

#include "tests/support/plain_json.hpp"

#include <algorithm>
#include <map>

namespace sallyport::tests {
namespace {

using name_set = std::set<std::string_view>;

void note_others(const json::value& of, const std::string& prefix, const name_set& known, reply_words& into) {
  if (!of.is_object()) return;
  for (const auto& field : of.as_object()) {
    const bool is_empty = field.value().is_null() || (field.value().is_array() && field.value().as_array().empty()) ||
                          (field.value().is_object() && field.value().as_object().empty()) ||
                          (field.value().is_string() && field.value().as_string().empty()) || field.value() == json::value(false);
    if (!is_empty && !known.contains(field.key())) into.beside.insert(prefix + std::string(field.key()));
  }
}

/// Calls whose arguments come in pieces.
class call_list {
 public:
  called_tool& at(std::int64_t place) {
    const auto [found, is_new] = places_.try_emplace(place, calls_.size());
    if (is_new) calls_.emplace_back();
    return calls_[found->second];
  }
  std::vector<called_tool> take() {
    for (called_tool& one : calls_) {
      boost::system::error_code not_json;
      const json::value read = json::parse(one.arguments, not_json);
      if (one.is_custom) continue;
      if (!not_json) one.arguments = json::serialize(read);
      if (one.arguments.find_first_not_of(" \t\r\n") == std::string::npos) one.arguments = "{}";
    }
    return std::move(calls_);
  }

 private:
  std::map<std::int64_t, std::size_t> places_;
  std::vector<called_tool> calls_;
};

// ---- openai_chat ----

class chat_words {
 public:
  void read(const json::value& reply, bool is_chunk) {
    if (member(reply, "error")) said_.failed = true;
    take_usage(reply);
    note_others(reply, "",
                {"id", "object", "created", "model", "choices", "usage", "error", "x_groq", "system_fingerprint", "sallyport"}, said_);
    for (const auto& choice : items_at(reply, "choices")) {
      said_.choices = std::max<std::size_t>(said_.choices, static_cast<std::size_t>(number_at(&choice, {"index"})) + 1);
      if (number_at(&choice, {"index"}) == 0) take_choice(choice, is_chunk);
    }
  }
  void take_done() { said_.done = true; }
  reply_words take() {
    said_.calls = calls_.take();
    said_.thoughts = plain_thoughts_.empty() ? detailed_thoughts_ : plain_thoughts_;
    return std::move(said_);
  }

 private:
  void take_choice(const json::value& choice, bool is_chunk) {
    const std::string word = text_at(choice, "finish_reason");
    const std::map<std::string, std::string> known{{"stop", "stop"},           {"eos", "stop"},
                                                   {"length", "length"},       {"tool_calls", "tool_calls"},
                                                   {"function_call", "tool_calls"}, {"content_filter", "content_filter"}};
    if (!word.empty()) said_.finish = known.contains(word) ? known.at(word) : "other";
    note_others(choice, "choices.", {"index", "message", "delta", "finish_reason", "stop_reason"}, said_);
    if (const json::value* message = member(choice, is_chunk ? "delta" : "message")) take_message(*message);
  }

  void take_message(const json::value& message) {
    note_others(message, "message.",
                {"role", "content", "refusal", "reasoning", "reasoning_content", "reasoning_details", "tool_calls", "function_call",
                 "images", "name", "tool_call_id"},
                said_);
    said_.text += text_at(message, "content");
    for (const auto& part : items_at(message, "content")) take_part(part);
    said_.refusal += text_at(message, "refusal");
    if (const json::value* audio = member(message, "audio")) said_.text += text_at(*audio, "transcript");
    const std::string thought = text_at(message, "reasoning_content");
    plain_thoughts_ += thought.empty() ? text_at(message, "reasoning") : thought;
    for (const auto& detail : items_at(message, "reasoning_details"))
      detailed_thoughts_ += text_at(detail, "text") + text_at(detail, "summary");
    std::int64_t place = 0;
    for (const auto& one : items_at(message, "tool_calls")) take_call(one, place++);
    if (const json::value* one = member(message, "function_call")) add_call(*one, calls_.at(0));
  }

  void take_part(const json::value& part) {
    const std::string type = text_at(part, "type");
    said_.text += text_at(part, "text");
    for (const auto& thought : items_at(part, "thinking")) plain_thoughts_ += text_at(thought, "text");
    if (type != "text" && type != "thinking" && type != "refusal") said_.beside.insert("message.content." + type);
  }

  void take_call(const json::value& one, std::int64_t place) {
    called_tool& made = calls_.at(member(one, "index") ? number_at(&one, {"index"}) : place);
    if (made.id.empty()) made.id = text_at(one, "id");
    if (const json::value* custom = member(one, "custom")) made.is_custom = true, add_call(*custom, made);
    if (const json::value* function = member(one, "function")) add_call(*function, made);
  }

  static void add_call(const json::value& function, called_tool& to) {
    if (to.name.empty()) to.name = text_at(function, "name");
    to.arguments += text_at(function, "arguments") + text_at(function, "input");
  }

  // As the wire pages of the providers say it.
  void take_usage(const json::value& reply) {
    const json::value* said = member(reply, "usage");
    if (!said && member(reply, "x_groq")) said = member(*member(reply, "x_groq"), "usage");
    if (!said || !said->is_object() || said->as_object().empty()) return;
    const std::int64_t total = number_at(said, {"total_tokens"}), completion = number_at(said, {"completion_tokens"});
    const std::int64_t prompt = member(*said, "prompt_tokens") ? number_at(said, {"prompt_tokens"}) : total - completion;
    std::int64_t cached = number_at(said, {"prompt_tokens_details", "cached_tokens"});
    if (cached == 0) cached = number_at(said, {"prompt_cache_hit_tokens"});
    if (cached == 0) cached = number_at(said, {"cached_tokens"});
    std::int64_t reasoning = number_at(said, {"completion_tokens_details", "reasoning_tokens"});
    if (reasoning == 0) reasoning = number_at(said, {"reasoning_tokens"});
    const std::int64_t written = number_at(said, {"prompt_tokens_details", "cache_write_tokens"});
    const bool has_details = member(*said, "prompt_tokens_details") || member(*said, "completion_tokens_details");
    // Google counts thoughts in nothing but the total.
    if (reasoning == 0 && !has_details && member(*said, "prompt_tokens"))
      reasoning = std::max<std::int64_t>(total - prompt - completion, 0);
    const bool apart = reasoning > 0 && prompt + completion + reasoning == total;
    const std::int64_t inside = apart ? reasoning : std::min(reasoning, completion);
    const std::int64_t cached_inside = cached > prompt ? 0 : cached;  // Grok at Azure counts them apart
    const std::int64_t plain = apart ? completion : completion - inside;
    said_.tokens = {prompt - cached_inside - written, cached, written, plain, inside, usage_basis::reported};
  }

  reply_words said_;
  call_list calls_;
  std::string plain_thoughts_, detailed_thoughts_;   // the same words, where both are given
};

// ---- anthropic_messages ----

class message_words {
 public:
  void read_message(const json::value& message) {
    if (text_at(message, "type") == "error") said_.failed = true;
    if (const json::value* tokens = member(message, "usage")) take_usage(*tokens);
    for (const auto& block : items_at(message, "content")) {
      take_block(block, place_);
      if (member(block, "input") && text_at(block, "type") == "tool_use") calls_.at(place_).arguments = json::serialize(block.at("input"));
      ++place_;
    }
    take_stop(message);
  }

  void read_event(const json::value& said) {
    const std::string type = text_at(said, "type");
    const std::int64_t index = number_at(&said, {"index"});
    if (type == "message_start") read_message(said.at("message"));
    if (type == "content_block_start") take_block(said.at("content_block"), index);
    if (type == "content_block_delta") take_delta(said.at("delta"), index);
    if (type == "message_stop") said_.done = true;
    if (type == "error") said_.failed = true;
    if (type != "message_delta") return;
    if (const json::value* tokens = member(said, "usage")) take_usage(*tokens);
    take_stop(said.at("delta"));
    if (member(said, "context_management") && !items_at(*member(said, "context_management"), "applied_edits").empty())
      said_.beside.insert("context_management");
  }

  reply_words take() {
    said_.calls = calls_.take();
    said_.choices = 1;
    said_.tokens.output -= said_.tokens.reasoning;
    return std::move(said_);
  }

 private:
  void take_block(const json::value& block, std::int64_t place) {
    const std::string type = types_[place] = text_at(block, "type");
    if (type == "text") said_.text += text_at(block, "text");
    if (type == "thinking") said_.thoughts += text_at(block, "thinking");
    if (type == "tool_use") calls_.at(place).id = text_at(block, "id"), calls_.at(place).name = text_at(block, "name");
    if (!items_at(block, "citations").empty()) said_.beside.insert("content.text.citations");
    if (!name_set{"text", "thinking", "redacted_thinking", "tool_use"}.contains(type)) said_.beside.insert("content." + type);
  }

  void take_delta(const json::value& delta, std::int64_t place) {
    if (types_[place] == "text") said_.text += text_at(delta, "text");
    said_.thoughts += text_at(delta, "thinking");
    if (types_[place] == "tool_use") calls_.at(place).arguments += text_at(delta, "partial_json");
    if (text_at(delta, "type") == "citations_delta") said_.beside.insert("content.text.citations");
  }

  void take_stop(const json::value& of) {
    const std::map<std::string, std::string> known{{"end_turn", "stop"},      {"stop_sequence", "stop"},
                                                   {"pause_turn", "stop"},    {"max_tokens", "length"},
                                                   {"tool_use", "tool_calls"}, {"model_context_window_exceeded", "length"},
                                                   {"refusal", "content_filter"}};
    const std::string word = text_at(of, "stop_reason");
    if (!word.empty()) said_.finish = known.contains(word) ? known.at(word) : "other";
    if (word == "refusal" && member(of, "stop_details")) said_.refusal += text_at(*member(of, "stop_details"), "explanation");
    if (member(of, "container")) said_.beside.insert("container");
  }

  static void take_number(const json::value& of, const char* name, std::int64_t& into, bool adds) {
    const json::value* found = member(of, name);
    if (found && found->is_int64()) into = (adds ? into : 0) + found->as_int64();
  }

  void take_counts(const json::value& of, bool adds) {
    take_number(of, "input_tokens", said_.tokens.input, adds);
    take_number(of, "cache_read_input_tokens", said_.tokens.cached, adds);
    take_number(of, "cache_creation_input_tokens", said_.tokens.cache_write, adds);
    take_number(of, "output_tokens", said_.tokens.output, adds);
    said_.tokens.basis = usage_basis::reported;
  }

  // Where a compaction was paid for, the figures outside leave it out.
  void take_usage(const json::value& of) {
    take_counts(of, false);
    if (const json::value* details = member(of, "output_tokens_details"))
      take_number(*details, "thinking_tokens", said_.tokens.reasoning, false);
    const auto& iterations = items_at(of, "iterations");
    const auto compacts = [](const json::value& one) { return text_at(one, "type") == "compaction"; };
    if (std::none_of(iterations.begin(), iterations.end(), compacts)) return;
    said_.tokens = {};
    for (const auto& one : iterations) take_counts(one, true);
  }

  reply_words said_;
  call_list calls_;
  std::map<std::int64_t, std::string> types_;
  std::int64_t place_ = 0;
};

// ---- openai_responses ----

class response_words {
 public:
  void read_response(const json::value& response) {
    if (member(response, "error") || text_at(response, "status") == "failed") said_.failed = true;
    if (const json::value* tokens = member(response, "usage")) take_usage(*tokens);
    for (const auto& item : items_at(response, "output")) take_item(item);
    const json::value* details = member(response, "incomplete_details");
    const std::string reason = details ? text_at(*details, "reason") : "";
    said_.finish = calls_.empty() ? "stop" : "tool_calls";
    if (reason == "max_output_tokens") said_.finish = "length";
    if (reason == "content_filter") said_.finish = "content_filter";
  }

  /// The whole stands in the terminal event; what came before is read where there is none.
  void read_event(const json::value& said) {
    const std::string type = text_at(said, "type");
    if (type == "error" || type == "response.failed" || (type.empty() && member(said, "error"))) said_.failed = true;
    if (type == "response.output_text.delta") said_.told += text_at(said, "delta");
    if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") thought_ += text_at(said, "delta");
    if (type != "response.completed" && type != "response.incomplete") return;
    said_.done = true;
    read_response(said.at("response"));
  }

  reply_words take() {
    if (!said_.done && said_.text.empty()) said_.text = said_.told;
    if (!said_.done && said_.thoughts.empty()) said_.thoughts = thought_;
    call_list made;
    for (std::size_t i = 0; i < calls_.size(); ++i) made.at(static_cast<std::int64_t>(i)) = calls_[i];
    said_.calls = made.take();
    said_.choices = 1;
    return std::move(said_);
  }

 private:
  void take_item(const json::value& item) {
    const std::string type = text_at(item, "type");
    if (type == "message")
      for (const auto& part : items_at(item, "content")) take_part(part);
    if (type == "reasoning") take_thought(item);
    const bool is_custom = type == "custom_tool_call";
    if (is_custom || type == "function_call")
      calls_.push_back({text_at(item, "call_id"), text_at(item, "name"), text_at(item, is_custom ? "input" : "arguments"), is_custom});
    if (!name_set{"message", "reasoning", "function_call", "custom_tool_call"}.contains(type)) said_.beside.insert("output." + type);
  }

  void take_part(const json::value& part) {
    const std::string type = text_at(part, "type");
    if (type == "output_text") said_.text += text_at(part, "text");
    said_.refusal += text_at(part, "refusal");
    for (const auto& one : items_at(part, "annotations")) said_.beside.insert("output_text.annotations." + text_at(one, "type"));
    if (!items_at(part, "logprobs").empty()) said_.beside.insert("output_text.logprobs");
    if (type != "output_text" && type != "refusal") said_.beside.insert("output.message." + type);
  }

  void take_thought(const json::value& item) {
    std::string thought;
    for (const char* list : {"summary", "content"})
      for (const auto& part : items_at(item, list)) thought += (thought.empty() ? "" : "\n\n") + text_at(part, "text");
    said_.thoughts += thought;
  }

  void take_usage(const json::value& of) {
    if (!of.is_object() || of.as_object().empty()) return;
    const std::int64_t prompt = number_at(&of, {"input_tokens"}), completion = number_at(&of, {"output_tokens"});
    const std::int64_t cached = number_at(&of, {"input_tokens_details", "cached_tokens"});
    const std::int64_t written = number_at(&of, {"input_tokens_details", "cache_write_tokens"});
    const std::int64_t reasoning = number_at(&of, {"output_tokens_details", "reasoning_tokens"});
    said_.tokens = {prompt - cached - written, cached, written, completion - reasoning, reasoning, usage_basis::reported};
  }

  reply_words said_;
  std::vector<called_tool> calls_;
  std::string thought_;   // by deltas
};

void check(std::string& into, std::string_view what, const std::string& wanted, const std::string& got) {
  if (wanted == got) return;
  into.append(what).append(": wanted <").append(wanted.substr(0, 400)).append("> but got <").append(got.substr(0, 400)).append(">\n");
}

void check(std::string& into, std::string_view what, std::int64_t wanted, std::int64_t got) {
  check(into, what, std::to_string(wanted), std::to_string(got));
}

bool is_plain_id(const std::string& id) {
  return !id.empty() && id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
}

}  // namespace

reply_words words_of_answer(dialect_id of, const std::string& body) {
  const json::value reply = parsed(body);
  if (of == dialect_id::openai_chat) {
    chat_words made;
    made.read(reply, false);
    return made.take();
  }
  if (of == dialect_id::anthropic_messages) {
    message_words made;
    made.read_message(reply);
    return made.take();
  }
  response_words made;
  made.read_response(reply);
  return made.take();
}

reply_words words_of_stream(dialect_id of, const std::string& bytes) {
  chat_words chat;
  message_words message;
  response_words response;
  each_payload(bytes, [&](const std::string& payload) {
    if (payload == "[DONE]") return chat.take_done();
    if (of == dialect_id::openai_chat) chat.read(parsed(payload), true);
    if (of == dialect_id::anthropic_messages) message.read_event(parsed(payload));
    if (of == dialect_id::openai_responses) response.read_event(parsed(payload));
  });
  reply_words made = of == dialect_id::openai_chat ? chat.take() : of == dialect_id::anthropic_messages ? message.take() : response.take();
  made.is_stream = true;
  return made;
}

reply_words as_told_to(dialect_id client, reply_words said) {
  // The relay ends a stream that said why it ended, and breaks one that did not.
  said.failed = said.failed || (said.is_stream && !said.done && said.finish.empty());
  said.done = said.is_stream;
  const bool is_open = said.finish == "stop" || said.finish == "other";
  const bool is_refused = !said.refusal.empty() && client == dialect_id::anthropic_messages;
  if (is_open) said.finish = is_refused ? "content_filter" : said.calls.empty() ? "stop" : "tool_calls";
  if (client == dialect_id::openai_responses && said.finish == "tool_calls" && said.calls.empty()) said.finish = "stop";
  // Whose recorder left out deltas: a stream says what its deltas say.
  if (!said.told.empty()) said.text = said.told;
  if (client != dialect_id::anthropic_messages) return said;
  for (called_tool& one : said.calls)
    if (one.is_custom) one.arguments = json::serialize(json::object{{"input", one.arguments}});
  said.text += said.refusal;   // which has no place of its own there
  said.refusal.clear();
  return said;
}

std::string differences(const reply_words& wanted, const reply_words& got) {
  std::string made;
  check(made, "failed", wanted.failed, got.failed);
  check(made, "text", wanted.text, got.text);
  check(made, "refusal", wanted.refusal, got.refusal);
  check(made, "thoughts", wanted.thoughts, got.thoughts);
  check(made, "calls", static_cast<std::int64_t>(wanted.calls.size()), static_cast<std::int64_t>(got.calls.size()));
  for (std::size_t i = 0; i < std::min(wanted.calls.size(), got.calls.size()); ++i) {
    if (is_plain_id(wanted.calls[i].id)) check(made, "call id", wanted.calls[i].id, got.calls[i].id);
    if (got.calls[i].id.empty()) made += "a call without an id\n";
    check(made, "call name", wanted.calls[i].name, got.calls[i].name);
    check(made, "call arguments", wanted.calls[i].arguments, got.calls[i].arguments);
  }
  if (wanted.failed) return made;   // how much of the rest came before the error is the reader's own
  check(made, "done", wanted.done, got.done);
  if (!got.told.empty() && got.told != got.text) made += "the deltas say another text than the whole\n";
  check(made, "finish", wanted.finish, got.finish);
  check(made, "input tokens", wanted.tokens.input, got.tokens.input);
  check(made, "cached tokens", wanted.tokens.cached, got.tokens.cached);
  check(made, "tokens written to a cache", wanted.tokens.cache_write, got.tokens.cache_write);
  check(made, "output tokens", wanted.tokens.output, got.tokens.output);
  check(made, "reasoning tokens", wanted.tokens.reasoning, got.tokens.reasoning);
  return made;
}

}  // namespace sallyport::tests
