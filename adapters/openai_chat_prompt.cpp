#include "adapters/openai_chat_prompt.hpp"

#include "adapters/prompt_size.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sallyport::openai_chat {
namespace {

// Which of the names that decide what a message says stands twice, if any. Two parsers may take two different ones, and what one
// of them checked is then not what the other sends to the model.
std::string_view name_twice(json_value object) {
  constexpr std::array<std::string_view, 6> read{"role", "content", "type", "text", "image_url", "tool_calls"};
  std::array<int, read.size()> seen{};
  std::string_view twice;
  object.each_member([&](std::string_view name, json_value) {
    for (std::size_t i = 0; i < read.size(); ++i)
      if (name == read[i] && ++seen[i] == 2) twice = read[i];
  });
  return twice;
}

bool is_image(json_value part) {
  const std::string_view type = part["type"].text();
  return type == "image_url" || type == "input_image" || type == "image" || part["image_url"].is_given();
}

// The place is written out only when it is needed: a conversation has thousands of these.
void note_name_twice(json_value object, std::size_t message, std::optional<std::size_t> part, prompt_contents& into) {
  const std::string_view name = name_twice(object);
  if (name.empty() || !into.twice.empty()) return;
  into.twice = "messages[" + std::to_string(message) + "]";
  if (part) into.twice += ".content[" + std::to_string(*part) + "]";
  into.twice.append(".").append(name);
}

prompt_contents read_messages(json_value messages) {
  prompt_contents found;
  std::size_t at = 0;
  messages.each_item([&](json_value message) {
    found.text_bytes += message_frame_bytes + text_bytes_in(message);
    note_name_twice(message, at, {}, found);
    std::size_t part_at = 0;
    message["content"].each_item([&](json_value part) {
      found.has_images = found.has_images || is_image(part);
      note_name_twice(part, at, part_at++, found);
    });
    ++at;
  });
  return found;
}

std::size_t numbers_in(json_value value) {
  std::size_t count = value.is(json_kind::number) ? 1 : 0;
  value.each_item([&](json_value item) { count += numbers_in(item); });
  return count;
}

}  // namespace

std::string_view name_of_prompt(operation asks) {
  switch (asks) {
    case operation::chat_completions: return "messages";
    case operation::completions: return "prompt";
    case operation::embeddings:
    case operation::count_tokens: break;
  }
  return "input";
}

prompt_contents contents_of_prompt(operation asks, json_value body) {
  if (asks == operation::chat_completions) {
    prompt_contents found = read_messages(body["messages"]);
    for (const char* name : {"tools", "functions"})
      if (body[name].is(json_kind::array)) found.text_bytes += schema_bytes_in(body[name]);
    return found;
  }
  const json_value prompt = body[name_of_prompt(asks)];
  prompt_contents found;
  found.text_bytes = text_bytes_in(prompt);
  found.tokens = numbers_in(prompt);
  return found;
}

}  // namespace sallyport::openai_chat
