#include "tests/support/request_words.hpp"

#include "tests/support/plain_json.hpp"
#include "tests/support/recordings.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::tests {
namespace {

constexpr std::size_t shown_bytes = 400;

std::string compact(const std::string& text) {
  boost::system::error_code not_json;
  const json::value read = json::parse(text, not_json);
  if (not_json) return text.find_first_not_of(" \t\r\n") == std::string::npos ? "{}" : text;
  return json::serialize(read);
}

constexpr std::string_view takes_text = "takes text";

// A tool that takes free text is a function with one text elsewhere.
bool is_one_text(const json::value& schema) {
  const json::value* properties = member(schema, "properties");
  return properties && *properties == json::value(json::object{{"input", json::object{{"type", "string"}}}});
}

std::string schema_of(const json::value* given) {
  if (!given || given->as_object().empty()) return "";
  if (is_one_text(*given)) return std::string(takes_text);
  const bool takes_none = given->as_object().size() == 2 && text_at(*given, "type") == "object" && member(*given, "properties") &&
                          member(*given, "properties")->as_object().empty();
  return takes_none ? "" : json::serialize(*given);
}

/// Where texts meet, blanks are the writer's.
std::string without_blanks(std::string text) {
  std::erase_if(text, [](char one) { return one == ' ' || one == '\n' || one == '\r' || one == '\t'; });
  return text;
}

/// Of a data URL what is behind its head; any other URL whole.
std::string bytes_of(const std::string& url) {
  const auto comma = url.find(";base64,");
  return url.starts_with("data:") && comma != std::string::npos ? url.substr(comma + 8) : url;
}

// What each says is gathered in one list; texts of one speaker that follow each other are one.
class turn_list {
 public:
  explicit turn_list(request_words& into) : into_(into) {}

  void text(const std::string& who, const std::string& said) {
    const std::string words = without_blanks(said);
    // Claude Code says in it whom its maker is to charge.
    if (words.empty() || words.starts_with("x-anthropic-billing-header:")) return;
    if (who == "system" || who == "developer") return void(into_.system += words);
    const bool goes_on = !into_.turns.empty() && into_.turns.back().starts_with(who + ": ");
    if (goes_on)
      into_.turns.back() += words;
    else
      into_.turns.push_back(who + ": " + words);
  }
  void media(const std::string& what, const std::string& bytes) { into_.turns.push_back(what + " " + bytes); }
  void call(const std::string& id, const std::string& name, const std::string& arguments) {
    into_.turns.push_back("call " + number_of(id) + " " + name + " " + compact(arguments));
  }
  // Results of one turn come in any order at some.
  void result(const std::string& id) { into_.turns.push_back("result " + number_of(id)); }

 private:
  std::string number_of(const std::string& id) {
    return std::to_string(numbers_.try_emplace(id, numbers_.size() + 1).first->second);
  }

  request_words& into_;
  std::map<std::string, std::size_t> numbers_;
};

/// A file of plain text says its text.
void take_file(const std::string& who, const std::string& url, turn_list& into) {
  constexpr std::string_view plain = "data:text/plain;base64,";
  if (url.starts_with(plain)) return into.text(who, from_base64(url.substr(plain.size())));
  into.media("file", bytes_of(url));
}

void keep(request_words& into, const std::string& name, const json::value* given) {
  // 1 is what every one of them takes these for.
  if (!given || (name != "max_tokens" && given->is_number() && given->to_number<double>() == 1)) return;
  into.settings[name] = given->is_number() ? std::to_string(given->to_number<double>()) : json::serialize(*given);
}

void keep_stop(request_words& into, const json::value* given) {
  if (!given || (given->is_array() && given->as_array().empty())) return;
  into.settings["stop"] = json::serialize(given->is_array() ? *given : json::value(json::array{*given}));
}

// ---- openai_chat ----

void take_chat_part(const std::string& who, const json::value& part, turn_list& into) {
  const std::string type = text_at(part, "type");
  if (type == "text" || type == "refusal") into.text(who, text_at(part, type));
  // Mistral's clients write the URL itself.
  if (type == "image_url") into.media("image", bytes_of(text_at(part, "image_url") + text_at(part.at("image_url"), "url")));
  if (type == "input_audio") into.media("audio", text_at(part.at("input_audio"), "data"));
  if (type == "file") take_file(who, text_at(part.at("file"), "file_data") + text_at(part.at("file"), "file_id"), into);
}

void take_chat_content(const std::string& who, const json::value& message, turn_list& into) {
  into.text(who, text_at(message, "content"));
  for (const auto& part : items_at(message, "content")) take_chat_part(who, part, into);
}

void take_chat_message(const json::value& message, turn_list& into) {
  const std::string role = text_at(message, "role");
  if (role == "tool" || role == "function") into.result(text_at(message, role == "tool" ? "tool_call_id" : "name"));
  take_chat_content(role == "tool" || role == "function" ? "said" : role, message, into);
  into.text(role, text_at(message, "refusal"));
  for (const auto& one : items_at(message, "tool_calls")) {
    const json::value* function = member(one, "function") ? member(one, "function") : member(one, "custom");
    if (!function) continue;
    into.call(text_at(one, "id"), text_at(*function, "name"), text_at(*function, "arguments") + text_at(*function, "input"));
  }
  if (const json::value* one = member(message, "function_call"))
    into.call(text_at(*one, "name"), text_at(*one, "name"), text_at(*one, "arguments"));
}

std::string chat_choice(const json::value& given) {
  if (given.is_string()) return std::string(given.as_string());
  if (const json::value* function = member(given, "function")) return "named " + text_at(*function, "name");
  return text_at(given, "name").empty() ? "" : "named " + text_at(given, "name");
}

request_words words_of_chat(const json::value& body) {
  request_words made;
  turn_list turns(made);
  for (const auto& message : items_at(body, "messages")) take_chat_message(message, turns);
  for (const auto& tool : items_at(body, "tools")) {
    if (const json::value* function = member(tool, "function"))
      made.tools.push_back(text_at(*function, "name") + " " + schema_of(member(*function, "parameters")));
    if (const json::value* custom = member(tool, "custom")) made.tools.push_back(text_at(*custom, "name") + " " + std::string(takes_text));
  }
  for (const auto& function : items_at(body, "functions"))
    made.tools.push_back(text_at(function, "name") + " " + schema_of(member(function, "parameters")));
  keep(made, "max_tokens", member(body, member(body, "max_completion_tokens") ? "max_completion_tokens" : "max_tokens"));
  for (const char* name : {"temperature", "top_p"}) keep(made, name, member(body, name));
  keep_stop(made, member(body, "stop"));
  if (const json::value* choice = member(body, "tool_choice")) made.settings["tool_choice"] = chat_choice(*choice);
  if (const json::value* format = member(body, "response_format"); format && member(*format, "json_schema"))
    made.settings["response_format"] = schema_of(member(*member(*format, "json_schema"), "schema"));
  return made;
}

// ---- anthropic_messages ----

void take_block(const std::string& who, const json::value& block, turn_list& into);

void take_blocks(const std::string& who, const json::value* content, turn_list& into) {
  if (content && content->is_string()) into.text(who, std::string(content->as_string()));
  for (const auto& block : items_of(content)) take_block(who, block, into);
}

void take_source(const std::string& who, const std::string& what, const json::value& source, turn_list& into) {
  if (text_at(source, "type") == "text") return into.text(who, text_at(source, "data"));
  into.media(what, text_at(source, "data") + text_at(source, "url") + text_at(source, "file_id"));
}

void take_block(const std::string& who, const json::value& block, turn_list& into) {
  const std::string type = text_at(block, "type");
  if (type == "text") into.text(who, text_at(block, "text"));
  if (type == "image") take_source(who, "image", block.at("source"), into);
  if (type == "document") take_source(who, "file", block.at("source"), into);
  if (type == "tool_use") into.call(text_at(block, "id"), text_at(block, "name"), json::serialize(block.at("input")));
  if (type != "tool_result") return;
  into.result(text_at(block, "tool_use_id"));
  take_blocks("said", member(block, "content"), into);
}

request_words words_of_messages(const json::value& body) {
  request_words made;
  turn_list turns(made);
  take_blocks("system", member(body, "system"), turns);
  for (const auto& message : items_at(body, "messages")) take_blocks(text_at(message, "role"), member(message, "content"), turns);
  for (const auto& tool : items_at(body, "tools"))
    if (text_at(tool, "type").empty() || text_at(tool, "type") == "custom")
      made.tools.push_back(text_at(tool, "name") + " " + schema_of(member(tool, "input_schema")));
  for (const char* name : {"max_tokens", "temperature", "top_p"}) keep(made, name, member(body, name));
  keep_stop(made, member(body, "stop_sequences"));
  if (const json::value* choice = member(body, "tool_choice")) {
    const std::string type = text_at(*choice, "type");
    made.settings["tool_choice"] = type == "any" ? "required" : type == "tool" ? "named " + text_at(*choice, "name") : type;
  }
  const json::value* format = member(body, "output_format");
  if (const json::value* config = member(body, "output_config"); config && member(*config, "format")) format = member(*config, "format");
  if (format && member(*format, "schema")) made.settings["response_format"] = schema_of(member(*format, "schema"));
  return made;
}

// ---- openai_responses ----

void take_item_content(const std::string& who, const json::value* content, turn_list& into) {
  if (content && content->is_string()) into.text(who, std::string(content->as_string()));
  for (const auto& part : items_of(content)) {
    const std::string type = text_at(part, "type");
    if (type.ends_with("text") || type == "refusal") into.text(who, text_at(part, "text") + text_at(part, "refusal"));
    if (type == "input_image") into.media("image", bytes_of(text_at(part, "image_url") + text_at(part, "file_id")));
    if (type == "input_file") take_file(who, text_at(part, "file_data") + text_at(part, "file_url") + text_at(part, "file_id"), into);
  }
}

void take_item(const json::value& item, turn_list& into) {
  const std::string type = text_at(item, "type");
  if (type == "message" || type.empty()) take_item_content(text_at(item, "role"), member(item, "content"), into);
  if (type == "function_call" || type == "custom_tool_call")
    into.call(text_at(item, "call_id"), text_at(item, "name"), text_at(item, "arguments") + text_at(item, "input"));
  if (type != "function_call_output" && type != "custom_tool_call_output") return;
  into.result(text_at(item, "call_id"));
  take_item_content("said", member(item, "output"), into);
}

request_words words_of_response(const json::value& body) {
  request_words made;
  turn_list turns(made);
  turns.text("system", text_at(body, "instructions"));
  turns.text("user", text_at(body, "input"));
  for (const auto& item : items_at(body, "input")) take_item(item, turns);
  for (const auto& tool : items_at(body, "tools")) {
    if (text_at(tool, "type") == "function") made.tools.push_back(text_at(tool, "name") + " " + schema_of(member(tool, "parameters")));
    if (text_at(tool, "type") == "custom") made.tools.push_back(text_at(tool, "name") + " " + std::string(takes_text));
  }
  keep(made, "max_tokens", member(body, "max_output_tokens"));
  for (const char* name : {"temperature", "top_p"}) keep(made, name, member(body, name));
  if (const json::value* choice = member(body, "tool_choice")) made.settings["tool_choice"] = chat_choice(*choice);
  const json::value* text = member(body, "text");
  if (text && member(*text, "format") && member(*member(*text, "format"), "schema"))
    made.settings["response_format"] = schema_of(member(*member(*text, "format"), "schema"));
  return made;
}

void check(std::string& into, const std::string& what, const std::string& asked, const std::string& sent) {
  if (asked == sent) return;
  into += what + ": asked <" + asked.substr(0, shown_bytes) + "> but sent <" + sent.substr(0, shown_bytes) + ">\n";
}

void check_lists(std::string& into, const std::string& what, const std::vector<std::string>& asked, const std::vector<std::string>& sent) {
  for (std::size_t i = 0; i < std::max(asked.size(), sent.size()); ++i)
    check(into, what, i < asked.size() ? asked[i] : "(none)", i < sent.size() ? sent[i] : "(none)");
}

bool is_told(const std::vector<std::string>& told, const std::string& name) {
  return std::any_of(told.begin(), told.end(), [&](const std::string& field) { return field.find(name) != std::string::npos; });
}

bool is_called(const request_words& asked, const std::string& tool) {
  const std::string name = " " + tool.substr(0, tool.find(' ')) + " ";
  const auto calls_it = [&](const std::string& turn) { return turn.starts_with("call ") && turn.find(name) != std::string::npos; };
  return std::any_of(asked.turns.begin(), asked.turns.end(), calls_it);
}

// Instructions that came behind the beginning stand among the user's words there.
void give_back_instructions(const request_words& asked, request_words& sent) {
  if (!asked.system.starts_with(sent.system)) return;
  const std::string later = asked.system.substr(sent.system.size());
  for (auto turn = sent.turns.begin(); turn != sent.turns.end(); ++turn) {
    const auto at = turn->find(later);
    if (!turn->starts_with("user: ") || at == std::string::npos) continue;
    sent.system = asked.system;
    turn->erase(at, later.size());
    if (*turn == "user: ") sent.turns.erase(turn);
    return;
  }
}

// What the writer says in words or adds because the other dialect wants it is none of what was asked.
request_words without_additions(const request_words& asked, request_words sent, const std::vector<std::string>& told) {
  if (is_told(told, "format") && sent.system.starts_with(asked.system)) sent.system = asked.system;
  if (is_told(told, "messages")) give_back_instructions(asked, sent);
  const bool begins_otherwise = !sent.turns.empty() && (asked.turns.empty() || asked.turns[0] != sent.turns[0]);
  if (begins_otherwise && sent.turns[0] == "user: .") sent.turns.erase(sent.turns.begin());
  std::erase_if(sent.turns, [](const std::string& turn) { return turn.starts_with("user: Oftheresultofthetoolcall"); });
  // There a call in the conversation wants its tool in the list.
  if (asked.tools.empty()) std::erase_if(sent.tools, [&](const std::string& tool) { return is_called(asked, tool); });
  return sent;
}

// What one answer said and what it called: not every dialect knows in which order.
std::vector<std::string> texts_before_calls(const std::vector<std::string>& turns) {
  constexpr std::string_view speaks = "assistant: ";
  std::vector<std::string> made, calls;
  std::string text;
  const auto end_answer = [&] {
    if (!text.empty()) made.push_back(std::string(speaks) + std::exchange(text, {}));
    made.insert(made.end(), calls.begin(), calls.end());
    calls.clear();
  };
  for (const std::string& turn : turns) {
    if (turn.starts_with(speaks)) {
      text += turn.substr(speaks.size());
    } else if (turn.starts_with("call ")) {
      calls.push_back(turn);
    } else {
      end_answer();
      made.push_back(turn);
    }
  }
  end_answer();
  return made;
}

}  // namespace

request_words words_of_request(dialect_id of, const std::string& body) {
  const json::value read = parsed(body);
  if (of == dialect_id::openai_chat) return words_of_chat(read);
  return of == dialect_id::anthropic_messages ? words_of_messages(read) : words_of_response(read);
}

std::string lost(const request_words& asked, const request_words& given, const std::vector<std::string>& told) {
  const request_words sent = without_additions(asked, given, told);
  std::string made;
  check(made, "system", asked.system, sent.system);
  check_lists(made, "turn", texts_before_calls(asked.turns), texts_before_calls(sent.turns));
  check_lists(made, "tool", asked.tools, sent.tools);
  for (const auto& [name, value] : asked.settings) {
    if (name == "tool_choice" && sent.tools.empty()) continue;   // nothing to choose from
    const auto found = sent.settings.find(name);
    if (!is_told(told, name)) check(made, name, value, found == sent.settings.end() ? "(none)" : found->second);
  }
  return made;
}

}  // namespace sallyport::tests
