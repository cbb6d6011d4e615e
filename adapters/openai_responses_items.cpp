#include "adapters/openai_responses_items.hpp"

#include "adapters/opaque_state.hpp"
#include "adapters/openai_responses_media.hpp"

#include <algorithm>
#include <cstdint>

namespace sallyport::openai_responses {
namespace {

constexpr std::size_t name_bytes_max = 64;

std::string call_id_of(std::string_view id) { return short_name(id, "call_"); }

std::string_view name_of(role from) {
  switch (from) {
    case role::system: return "system";
    case role::developer: return "developer";
    case role::assistant: return "assistant";
    default: return "user";
  }
}

bool is_plain_text(const message& one) {
  return std::all_of(one.parts.begin(), one.parts.end(), [](const part& piece) { return piece.kind == part_kind::text; });
}

std::string text_of(const std::vector<part>& parts, std::string_view between) {
  std::string made;
  for (const part& one : parts) {
    if (!made.empty() && !one.text.empty()) made += between;
    made += one.text;
  }
  return made;
}

class item_writer {
 public:
  item_writer(std::string_view origin, json_object& to, warning_list& warnings) : origin_(origin), to_(to), warnings_(warnings) {}

  void write(const message& one, std::size_t at) {
    place_ = "messages[" + std::to_string(at) + "]";
    if (!one.name.empty()) warnings_.inform("messages.name", "openai_responses has none");
    if (one.from == role::assistant) return write_assistant(one);
    if (one.from == role::tool) return write_results(one);
    begin_message(one.from);
    write_content(one.parts, "input_text");
    to_.end_array().end_object();
  }

  field_problem take_problem() { return std::move(why_); }

 private:
  void begin_message(role from) {
    to_.begin_object().member("type", "message").member("role", name_of(from)).name("content").begin_array();
  }

  void write_content(const std::vector<part>& parts, std::string_view text_type) {
    std::size_t at = 0;
    for (const part& one : parts) write_part(one, text_type, place_ + ".content[" + std::to_string(at++) + "]");
  }

  void write_part(const part& one, std::string_view text_type, const std::string& place) {
    note_mark(one);
    switch (one.kind) {
      case part_kind::text: return void(to_.begin_object().member("type", text_type).member("text", one.text).end_object());
      case part_kind::refusal: return void(to_.begin_object().member("type", "refusal").member("refusal", one.text).end_object());
      case part_kind::image:
      case part_kind::file:
      case part_kind::audio:
        if (!write_media(one, to_) && !why_) why_ = cannot_carry(place, "is of a form that openai_responses does not take");
        return;
      default: return;
    }
  }

  void note_mark(const part& one) {
    if (one.cached) warnings_.inform("messages.content.cache_control", "the provider places its marks itself");
  }

  // Its texts stand in messages, its thoughts and calls between them, in the order in which they came.
  void write_assistant(const message& one) {
    bool is_open = false;
    const auto close = [&] {
      if (is_open) to_.end_array().end_object();
      is_open = false;
    };
    for (const part& piece : one.parts) {
      if (piece.kind == part_kind::text && piece.text.empty()) continue;
      if (piece.kind == part_kind::text || piece.kind == part_kind::refusal) {
        if (!is_open) begin_message(role::assistant);
        is_open = true;
        write_part(piece, "output_text", {});
        continue;
      }
      close();
      write_beside_text(piece);
    }
    close();
  }

  void write_beside_text(const part& piece) {
    if (piece.kind == part_kind::reasoning) return write_thought(piece);
    if (piece.kind == part_kind::tool_call) return write_call(piece);
    warnings_.warn("messages.content", "openai_responses takes no media of an assistant");
  }

  void write_thought(const part& piece) {
    if (!comes_from(piece, origin_)) return warnings_.inform("messages.reasoning", "thoughts of another model stay with it");
    // Neither is there anything to decipher, nor anything to read.
    if (piece.state->bytes.empty() && piece.text.empty()) return;
    to_.begin_object().member("type", "reasoning").given("id", piece.state->id).name("summary").begin_array();
    const bool is_encrypted = !piece.state->bytes.empty();
    if (is_encrypted && !piece.text.empty()) to_.begin_object().member("type", "summary_text").member("text", piece.text).end_object();
    to_.end_array();
    if (is_encrypted) {
      to_.member("encrypted_content", piece.state->bytes);
    } else {
      to_.name("content").begin_array().begin_object().member("type", "reasoning_text").member("text", piece.text).end_object().end_array();
    }
    to_.end_object();
  }

  void write_call(const part& piece) {
    note_mark(piece);
    to_.begin_object().member("type", piece.is_custom ? "custom_tool_call" : "function_call").member("call_id", call_id_of(piece.id));
    to_.member("name", piece.name);
    if (piece.is_custom) {
      to_.member("input", piece.text);
    } else {
      to_.member("arguments", piece.text.empty() ? std::string_view("{}") : std::string_view(piece.text));
    }
    to_.end_object();
  }

  void write_results(const message& one) {
    for (const part& result : one.parts) {
      note_mark(result);
      if (result.is_error) warnings_.inform("messages.content.is_error", "openai_responses has none");
      to_.begin_object().member("type", result.is_custom ? "custom_tool_call_output" : "function_call_output");
      to_.member("call_id", call_id_of(result.id)).name("output");
      const auto is_text = [](const part& piece) { return piece.kind == part_kind::text; };
      if (std::all_of(result.content.begin(), result.content.end(), is_text)) {
        for (const part& piece : result.content) note_mark(piece);
        to_.string(text_of(result.content, "\n"));
      } else {
        to_.begin_array();
        write_content(result.content, "input_text");
        to_.end_array();
      }
      to_.end_object();
    }
  }

  std::string_view origin_;
  json_object& to_;
  warning_list& warnings_;
  std::string place_;
  field_problem why_;
};

bool says_something(const message& one, std::string_view origin) {
  return std::any_of(one.parts.begin(), one.parts.end(), [&](const part& piece) {
    if (piece.kind == part_kind::reasoning) return comes_from(piece, origin);
    return piece.kind != part_kind::text || !piece.text.empty();
  });
}

}  // namespace

field_problem write_input(const chat& said, std::string_view origin, json_object& to, warning_list& warnings) {
  std::size_t at = 0;
  // An input must not be empty.
  const bool others_speak = said.messages.size() > 1 && std::any_of(said.messages.begin() + 1, said.messages.end(), [&](const message& one) {
    return says_something(one, origin);
  });
  if (others_speak && said.messages[0].from == role::system && is_plain_text(said.messages[0])) {
    const auto& parts = said.messages[at++].parts;
    if (std::any_of(parts.begin(), parts.end(), [](const part& one) { return one.cached.has_value(); }))
      warnings.inform("system.cache_control", "the provider places its marks itself");
    to.given("instructions", text_of(parts, "\n\n"));
  }
  to.name("input").begin_array();
  item_writer writer(origin, to, warnings);
  for (; at < said.messages.size(); ++at) writer.write(said.messages[at], at);
  to.end_array();
  return writer.take_problem();
}

// FNV-1a: nobody has to be kept from finding two names that become one.
std::string short_name(std::string_view name, std::string_view prefix) {
  if (name.size() <= name_bytes_max) return std::string(name);
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return std::string(prefix) + std::to_string(hash);
}

bool holds_thoughts_of(const chat& said, std::string_view origin) {
  return std::any_of(said.messages.begin(), said.messages.end(), [&](const message& one) {
    return std::any_of(one.parts.begin(), one.parts.end(), [&](const part& piece) { return comes_from(piece, origin); });
  });
}

}  // namespace sallyport::openai_responses
