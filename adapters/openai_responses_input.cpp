#include "adapters/openai_responses_input.hpp"

#include "adapters/json_write.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/openai_responses_media.hpp"
#include "adapters/openai_responses_tools.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::openai_responses {
namespace {

constexpr std::size_t foreign_name_bytes = 64;
constexpr std::size_t foreign_names_max = 64;   // each becomes a header

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

std::optional<role> role_named(std::string_view name) {
  if (name == "user") return role::user;
  if (name == "assistant") return role::assistant;
  if (name == "system") return role::system;
  if (name == "developer") return role::developer;
  return std::nullopt;
}

bool is_run_by_provider(std::string_view type) {
  return type.ends_with("_call") || type.ends_with("_call_output") || type.starts_with("mcp_") || type.starts_with("tool_search");
}

/// Reads one item after the other; keeps the first problem.
class item_reader {
 public:
  explicit item_reader(chat& into) : into_(into) {}

  void read(json_value item) {
    if (why_) return;
    place_ = "input[" + std::to_string(at_++) + "]";
    if (!item.is(json_kind::object)) return refuse(wrong_field(place_, "an object, as in {\"role\": \"user\", \"content\": \"Hello\"}"));
    const auto type = item["type"].text();
    if (type == "message" || (type.empty() && item["role"].is_given())) return read_message(item);
    if (type == "function_call" || type == "custom_tool_call") return read_tool_call(item, type == "custom_tool_call");
    const bool is_custom_output = type == "custom_tool_call_output";
    if (type == "function_call_output" || is_custom_output) return read_tool_result(item, is_custom_output);
    if (type == "reasoning") return read_reasoning(item);
    if (type == "item_reference" || (type.empty() && item["id"].is_given()))
      return refuse(cannot_carry(place_, "refers to an item that another provider keeps: send the item itself"));
    if (is_run_by_provider(type)) return note_foreign("input." + std::string(type), into_);
    refuse(cannot_carry(place_ + ".type", "names a kind of item that only a provider of openai_responses knows"));
  }

  field_problem take_problem() { return std::move(why_); }

 private:
  void refuse(failure why) {
    if (!why_) why_ = std::move(why);
  }

  message& by_assistant() {
    if (into_.messages.empty() || into_.messages.back().from != role::assistant)
      into_.messages.push_back({.from = role::assistant, .parts = {}, .name = {}});
    return into_.messages.back();
  }

  std::string text_of(json_value item, const char* name) {
    const auto text = item[name].string();
    if (!text) refuse(wrong_field(place_ + "." + name, "a string"));
    return std::string(text.value_or(""));
  }

  void read_message(json_value item) {
    const auto from = role_named(item["role"].text());
    if (!from) return refuse(wrong_field(place_ + ".role", "user, assistant, system or developer"));
    auto parts = read_content(item["content"], place_ + ".content");
    if (*from != role::assistant) {
      into_.messages.push_back({.from = *from, .parts = std::move(parts), .name = {}});
      return;
    }
    auto& said = by_assistant().parts;
    std::move(parts.begin(), parts.end(), std::back_inserter(said));
  }

  std::vector<part> read_content(json_value content, const std::string& place) {
    std::vector<part> made;
    if (content.is(json_kind::string)) {
      made.emplace_back().text = content.text();
    } else if (content.is(json_kind::array)) {
      std::size_t at = 0;
      content.each_item([&](json_value one) { read_part(one, place + "[" + std::to_string(at++) + "]", made.emplace_back()); });
    } else {
      refuse(wrong_field(place, "a string or a list of parts"));
    }
    return made;
  }

  void read_part(json_value from, const std::string& place, part& into) {
    const auto type = from["type"].text();
    if (from["prompt_cache_breakpoint"].is_given()) into.cached = cache_mark{};
    if (type == "input_image" || type == "input_file" || type == "input_audio") {
      if (!read_media(from, type, into)) refuse(wrong_field(place, "a part that holds bytes, an address or an id"));
      return;
    }
    const bool is_refusal = type == "refusal";
    if (!is_refusal && type != "input_text" && type != "output_text" && type != "text")
      return refuse(cannot_carry(place + ".type", "names a kind of content that only a provider of openai_responses knows"));
    const auto text = from[is_refusal ? "refusal" : "text"].string();
    if (!text) return refuse(wrong_field(place + (is_refusal ? ".refusal" : ".text"), "a string"));
    if (is_refusal) into.kind = part_kind::refusal;
    into.text = *text;
  }

  void read_tool_call(json_value item, bool is_custom) {
    part called;
    called.kind = part_kind::tool_call;
    called.is_custom = is_custom;
    called.id = text_of(item, "call_id");
    called.name = text_of(item, "name");
    if (!item["namespace"].text().empty()) called.name = name_outside(item["namespace"].text(), called.name);
    called.text = text_of(item, is_custom ? "input" : "arguments");
    by_assistant().parts.push_back(std::move(called));
  }

  void read_tool_result(json_value item, bool is_custom) {
    part made;
    made.kind = part_kind::tool_result;
    made.is_custom = is_custom;
    made.id = text_of(item, "call_id");
    made.content = read_content(item["output"], place_ + ".output");
    into_.messages.push_back({.from = role::tool, .parts = {}, .name = {}});
    into_.messages.back().parts.push_back(std::move(made));
  }

  void read_reasoning(json_value item) {
    part thought;
    thought.kind = part_kind::reasoning;
    for (const char* list : {"summary", "content"}) {
      item[list].each_item([&](json_value one) {
        if (!thought.text.empty()) thought.text += "\n\n";
        thought.text += one["text"].text();
      });
      // The thoughts themselves would only say the summary again.
      if (!thought.text.empty()) break;
    }
    opaque_state state = read_state(item["encrypted_content"].text());
    if (state.origin.empty()) state.id = item["id"].text();
    if (!state.origin.empty() || !state.bytes.empty() || !state.id.empty()) thought.state = std::move(state);
    by_assistant().parts.push_back(std::move(thought));
  }

  chat& into_;
  std::size_t at_ = 0;
  std::string place_;
  field_problem why_;
};

field_problem read_instructions(json_value body, chat& into) {
  const json_value said = body["instructions"];
  if (!said.is_given()) return std::nullopt;
  if (!said.is(json_kind::string)) return wrong_field("instructions", "a string");
  if (said.text().empty()) return std::nullopt;
  into.messages.push_back({.from = role::system, .parts = {}, .name = {}});
  into.messages.back().parts.emplace_back().text = said.text();
  return std::nullopt;
}

}  // namespace

void note_foreign(std::string_view name, chat& into) {
  if (into.foreign.size() >= foreign_names_max) return;
  std::string plain(cut_text(name, foreign_name_bytes));
  std::replace_if(plain.begin(), plain.end(), [](char c) { return !is_word(c); }, '_');
  if (std::find(into.foreign.begin(), into.foreign.end(), plain) == into.foreign.end()) into.foreign.push_back(std::move(plain));
}

field_problem read_input(json_value body, chat& into) {
  if (auto why = read_instructions(body, into)) return why;
  const json_value input = body["input"];
  if (input.is(json_kind::string)) {
    into.messages.push_back({.from = role::user, .parts = {}, .name = {}});
    into.messages.back().parts.emplace_back().text = input.text();
    return std::nullopt;
  }
  item_reader reader(into);
  input.each_item([&](json_value item) { reader.read(item); });
  return reader.take_problem();
}

}  // namespace sallyport::openai_responses
