#include "adapters/anthropic_messages_prompt.hpp"

#include "adapters/anthropic_messages_reply.hpp"
#include "adapters/opaque_state.hpp"

namespace sallyport::anthropic_messages {
namespace {

constexpr std::string_view no_word = "is of a kind that no other provider has";

// A line of Claude Code's for Anthropic's own books, which changes from call to call and would spoil any other provider's prompt cache.
constexpr std::string_view billing_line = "x-anthropic-billing-header:";

field_problem read_text(json_value value, const std::string& where, std::string& into) {
  if (!value.is(json_kind::string)) return wrong_field(where, "a string");
  into = value.text();
  return std::nullopt;
}

field_problem read_base64(json_value source, const std::string& where, media& into) {
  into.type = source["media_type"].text();
  if (into.type.empty()) return wrong_field(where + ".source.media_type", "a media type, as in image/png");
  return read_text(source["data"], where + ".source.data", into.base64);
}

field_problem read_source(json_value source, const std::string& where, media& into) {
  const auto type = source["type"].text();
  if (type == "base64") return read_base64(source, where, into);
  if (type == "url") return read_text(source["url"], where + ".source.url", into.url);
  if (type == "file") return read_text(source["file_id"], where + ".source.file_id", into.file_id);
  if (type == "text" || (type == "content" && source["content"].is(json_kind::string))) {
    into.type = "text/plain";
    return read_text(source[type == "text" ? "data" : "content"], where + ".source", into.base64);
  }
  if (type.empty()) return wrong_field(where + ".source", "an object with a type, as in {\"type\": \"url\", \"url\": \"https://...\"}");
  return cannot_carry(where + ".source.type", no_word);
}

void read_thought(json_value block, part& into) {
  into.kind = part_kind::reasoning;
  into.text = block["thinking"].text();
  const json_value bytes = block[block["type"].text() == redacted_state ? "data" : "signature"];
  if (bytes.is(json_kind::string)) into.state = read_state(bytes.text());
}

field_problem read_call(json_value block, const std::string& where, part& into) {
  into.kind = part_kind::tool_call;
  if (auto why = read_text(block["id"], where + ".id", into.id)) return why;
  if (auto why = read_text(block["name"], where + ".name", into.name)) return why;
  const json_value input = block["input"];
  if (input.is_given() && !input.is(json_kind::object)) return wrong_field(where + ".input", "an object");
  into.text = input.is_given() ? input.written() : "{}";
  return std::nullopt;
}

field_problem read_part(json_value block, const std::string& where, part& into);

field_problem read_result(json_value block, const std::string& where, part& into) {
  into.kind = part_kind::tool_result;
  if (auto why = read_text(block["tool_use_id"], where + ".tool_use_id", into.id)) return why;
  if (auto why = read_flag(block["is_error"], where + ".is_error", into.is_error)) return why;
  const json_value content = block["content"];
  if (content.is(json_kind::string)) {
    into.content.emplace_back().text = content.text();
    return std::nullopt;
  }
  if (content.is_given() && !content.is(json_kind::array)) return wrong_field(where + ".content", "a string or a list of blocks");
  field_problem problem;
  std::size_t at = 0;
  content.each_item([&](json_value inside) {
    if (!problem) problem = read_part(inside, where + ".content[" + std::to_string(at++) + "]", into.content.emplace_back());
  });
  return problem;
}

field_problem read_part(json_value block, const std::string& where, part& into) {
  if (!block.is(json_kind::object)) return wrong_field(where, "an object, as in {\"type\": \"text\", \"text\": \"Hello\"}");
  const auto type = block["type"].text();
  into.cached = mark_in(block);
  if (type == "text") return read_text(block["text"], where + ".text", into.text);
  if (type == "thinking" || type == redacted_state) return read_thought(block, into), std::nullopt;
  if (type == "tool_use") return read_call(block, where, into);
  // What a search for tools has found: they are offered like all others.
  if (type == "tool_reference") return read_text(block["tool_name"], where + ".tool_name", into.text);
  if (type == "tool_result") return read_result(block, where, into);
  if (type == "image" || type == "document") {
    into.kind = type == "image" ? part_kind::image : part_kind::file;
    into.of.name = block["title"].text();
    return read_source(block["source"], where, into.of);
  }
  if (type.empty()) return wrong_field(where + ".type", "the kind of the block, as in text");
  return cannot_carry(where + ".type", no_word);
}

field_problem read_content(json_value content, const std::string& where, std::vector<part>& into) {
  if (content.is(json_kind::string)) {
    into.emplace_back().text = content.text();
    return std::nullopt;
  }
  if (!content.is(json_kind::array)) return wrong_field(where, "a string or a list of blocks");
  field_problem problem;
  std::size_t at = 0;
  content.each_item([&](json_value block) {
    if (!problem) problem = read_part(block, where + "[" + std::to_string(at++) + "]", into.emplace_back());
  });
  return problem;
}

std::optional<role> role_of(std::string_view word) {
  if (word == "user") return role::user;
  if (word == "assistant") return role::assistant;
  if (word == "system") return role::system;
  return std::nullopt;
}

/// The results of tools are messages of their own, before what else the user says.
void add_turn(role from, std::vector<part> parts, std::vector<message>& into) {
  message rest;
  rest.from = from;
  bool had_result = false;
  for (part& one : parts) {
    if (one.kind != part_kind::tool_result) {
      rest.parts.push_back(std::move(one));
      continue;
    }
    had_result = true;
    message& result = into.emplace_back();
    result.from = role::tool;
    result.parts.push_back(std::move(one));
  }
  if (!rest.parts.empty() || !had_result) into.push_back(std::move(rest));
}

field_problem read_message(json_value one, const std::string& where, std::vector<message>& into) {
  if (!one.is(json_kind::object)) return wrong_field(where, "an object, as in {\"role\": \"user\", \"content\": \"Hello\"}");
  const auto from = role_of(one["role"].text());
  if (!from) return wrong_field(where + ".role", "'user' or 'assistant'");
  std::vector<part> parts;
  if (auto why = read_content(one["content"], where + ".content", parts)) return why;
  add_turn(*from, std::move(parts), into);
  return std::nullopt;
}

}  // namespace

std::optional<cache_mark> mark_in(json_value object) {
  const json_value mark = object["cache_control"];
  if (!mark.is(json_kind::object)) return std::nullopt;
  return cache_mark{std::string(mark["ttl"].text())};
}

field_problem read_messages(json_value body, std::vector<message>& into) {
  if (const json_value system = body["system"]; system.is_given()) {
    message instructions;
    instructions.from = role::system;
    if (auto why = read_content(system, "system", instructions.parts)) return why;
    std::erase_if(instructions.parts, [](const part& one) { return one.text.starts_with(billing_line); });
    if (!instructions.parts.empty()) into.push_back(std::move(instructions));
  }
  field_problem problem;
  std::size_t at = 0;
  body["messages"].each_item([&](json_value one) {
    if (!problem) problem = read_message(one, "messages[" + std::to_string(at++) + "]", into);
  });
  return problem;
}

}  // namespace sallyport::anthropic_messages
