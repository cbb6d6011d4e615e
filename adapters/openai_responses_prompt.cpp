#include "adapters/openai_responses_prompt.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sallyport::openai_responses {
namespace {

// An item costs a few tokens of its own (role, separators).
constexpr std::size_t item_frame_bytes = 12;

// Bytes of media, their address, or thoughts that only their maker reads: no text that a model reads word by word.
bool holds_media(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"image_url", "file_data", "file_url", "data", "encrypted_content", "result"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t text_in(json_value value) {
  std::size_t bytes = value.text().size();
  value.each_item([&](json_value item) { bytes += text_in(item); });
  value.each_member([&](std::string_view name, json_value member) {
    if (!holds_media(name) || !member.is(json_kind::string)) bytes += text_in(member);
  });
  return bytes;
}

// Tool definitions are shown to the model as a schema: their names count like their texts.
std::size_t schema_bytes(json_value value) {
  std::size_t bytes = value.is(json_kind::string) ? value.text().size() + 2 : 1;
  value.each_item([&](json_value item) { bytes += schema_bytes(item); });
  value.each_member([&](std::string_view name, json_value member) { bytes += name.size() + 2 + schema_bytes(member); });
  return bytes;
}

// Which of the names that decide what an item says stands twice, if any: two parsers may take two different ones.
std::string_view name_twice(json_value object) {
  constexpr std::array<std::string_view, 13> read{"type",      "role",   "content", "text",  "image_url", "call_id",           "name",
                                                  "arguments", "output", "input",   "summary", "refusal", "encrypted_content"};
  std::array<int, read.size()> seen{};
  std::string_view twice;
  object.each_member([&](std::string_view name, json_value) {
    for (std::size_t i = 0; i < read.size(); ++i)
      if (name == read[i] && ++seen[i] == 2) twice = read[i];
  });
  return twice;
}

bool is_image(json_value part) { return part["type"].text() == "input_image" || part["image_url"].is_given(); }

class item_walk {
 public:
  explicit item_walk(prompt_contents& into) : into_(into) {}

  void read(json_value item) {
    into_.text_bytes += item_frame_bytes + text_in(item);
    note_twice(item, {}, 0);
    for (const char* list : {"content", "output", "summary"}) read_parts(item[list], list);
    ++at_;
  }

 private:
  void read_parts(json_value parts, std::string_view list) {
    std::size_t part_at = 0;
    parts.each_item([&](json_value part) {
      into_.has_images = into_.has_images || is_image(part);
      note_twice(part, list, part_at++);
    });
  }

  // The place is written out only when it is needed: a conversation has thousands of these.
  void note_twice(json_value object, std::string_view list, std::size_t part_at) {
    const std::string_view name = name_twice(object);
    if (name.empty() || !into_.twice.empty()) return;
    into_.twice = "input[" + std::to_string(at_) + "]";
    if (!list.empty()) into_.twice.append(".").append(list).append("[" + std::to_string(part_at) + "]");
    into_.twice.append(".").append(name);
  }

  prompt_contents& into_;
  std::size_t at_ = 0;
};

}  // namespace

prompt_contents contents_of_prompt(json_value body) {
  prompt_contents found;
  found.text_bytes = body["instructions"].text().size() + body["input"].text().size();
  item_walk walk(found);
  body["input"].each_item([&](json_value item) { walk.read(item); });
  if (body["tools"].is(json_kind::array)) found.text_bytes += schema_bytes(body["tools"]);
  return found;
}

}  // namespace sallyport::openai_responses
