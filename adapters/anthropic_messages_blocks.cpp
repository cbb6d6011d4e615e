#include "adapters/anthropic_messages_blocks.hpp"

#include "adapters/anthropic_messages_reply.hpp"
#include "adapters/call_fields.hpp"
#include "adapters/json.hpp"
#include "adapters/opaque_state.hpp"

#include <algorithm>

namespace sallyport::anthropic_messages {
namespace {

constexpr std::size_t name_bytes_max = 128;
constexpr std::string_view only_there = "must be an address or base64 for this model: the id of a file is known to its own provider only";
constexpr std::string_view fit_names = "must have 1 to 128 letters, digits, _ or - for this model";

bool is_fit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

/// data:image/png;base64,iVBOR... as the media that it is; any other address stays one.
media opened(media of) {
  constexpr std::string_view scheme = "data:", mark = ";base64,";
  const auto end = of.url.find(mark);
  if (!of.url.starts_with(scheme) || end == std::string::npos) return of;
  of.type = of.url.substr(scheme.size(), end - scheme.size());
  of.base64 = of.url.substr(end + mark.size());
  of.url.clear();
  return of;
}

void write_source(const media& of, json_object& to) {
  to.name("source").begin_object();
  if (!of.url.empty()) {
    to.member("type", "url").member("url", of.url);
  } else {
    to.member("type", of.type == "text/plain" ? "text" : "base64").member("media_type", of.type).member("data", of.base64);
  }
  to.end_object();
}

result<void> write_image(const part& one, std::string_view where, const block_writing& how, json_object& to) {
  const media of = opened(one.of);
  if (of.url.empty() && of.base64.empty()) return cannot_carry(where, only_there);
  if (!of.detail.empty()) how.warnings.add(severity::info, "messages.content.detail", "anthropic_messages looks at images as it does");
  to.member("type", "image");
  write_source(of, to);
  return {};
}

result<void> write_document(const part& one, std::string_view where, json_object& to) {
  media of = opened(one.of);
  if (of.url.empty() && of.base64.empty()) return cannot_carry(where, only_there);
  if (of.type.empty() && (of.name.ends_with(".pdf") || of.base64.starts_with("JVBER"))) of.type = "application/pdf";
  if (of.url.empty() && of.type != "application/pdf" && of.type != "text/plain")
    return cannot_carry(where, "must be a PDF or plain text for this model");
  to.member("type", "document");
  write_source(of, to);
  to.given("title", of.name);
  return {};
}

void write_thought(const part& one, json_object& to) {
  if (one.state->id == redacted_state) {
    to.member("type", "redacted_thinking").member("data", one.state->bytes);
  } else {
    to.member("type", "thinking").member("thinking", one.text).member("signature", one.state->bytes);
  }
}

result<std::string> input_of(const part& one, std::string_view where) {
  if (one.is_custom) return json_object().begin_object().member("input", one.text).end_object().take();
  if (one.text.find_first_not_of(" \t\r\n") == std::string::npos) return std::string("{}");
  json_document document;
  if (!document.parse(one.text) || !document.root().is(json_kind::object))
    return cannot_carry(std::string(where) + ".arguments", "must be a JSON object for this model");
  return one.text;
}

result<void> write_call(const part& one, std::string_view where, json_object& to) {
  if (!is_fit_name(one.name)) return cannot_carry(std::string(where) + ".name", fit_names);
  auto input = input_of(one, where);
  if (!input) return input.error();
  to.member("type", "tool_use").member("id", fitted_id(one.id)).member("name", one.name).raw_member("input", *input);
  return {};
}

result<void> write_result(const part& one, std::string_view where, const block_writing& how, json_object& to) {
  to.member("type", "tool_result").member("tool_use_id", fitted_id(one.id));
  if (one.is_error) to.member("is_error", true);
  const bool is_text = one.content.size() == 1 && one.content[0].kind == part_kind::text && !one.content[0].cached;
  if (is_text) {
    to.member("content", one.content[0].text);
    return {};
  }
  if (one.content.empty()) return {};
  to.name("content").begin_array();
  for (const part& inside : one.content) {
    if (!is_written(inside, how)) continue;
    if (auto done = write_block(inside, where, how, to); !done) return done;
  }
  to.end_array();
  return {};
}

result<void> write_members(const part& one, std::string_view where, const block_writing& how, json_object& to) {
  switch (one.kind) {
    case part_kind::text:
    case part_kind::refusal: to.member("type", "text").member("text", one.text); break;
    case part_kind::image: return write_image(one, where, how, to);
    case part_kind::file: return write_document(one, where, to);
    case part_kind::reasoning: write_thought(one, to); break;
    case part_kind::tool_call: return write_call(one, where, to);
    case part_kind::tool_result: return write_result(one, where, how, to);
    case part_kind::audio: return cannot_carry(where, "cannot be sound for this model");
  }
  return {};
}

}  // namespace

void cache_marks::write(const std::optional<cache_mark>& mark, json_object& to) {
  if (!mark || left_out_-- > 0) return;
  to.name("cache_control");
  write_cache_control(*mark, to);
}

void write_cache_control(const cache_mark& mark, json_object& to) {
  to.begin_object().member("type", "ephemeral").given("ttl", mark.ttl).end_object();
}

bool is_written(const part& one, const block_writing& how) {
  if (one.kind == part_kind::text || one.kind == part_kind::refusal) return !one.text.empty();
  if (one.kind != part_kind::reasoning) return true;
  return comes_from(one, how.origin) && (how.keeps_unsigned || !one.state->bytes.empty());
}

result<void> write_block(const part& one, std::string_view where, const block_writing& how, json_object& to) {
  to.begin_object();
  if (auto done = write_members(one, where, how, to); !done) return done;
  // A thought takes no mark.
  if (one.kind != part_kind::reasoning) how.marks.write(one.cached, to);
  to.end_object();
  return {};
}

bool is_fit_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max && std::all_of(name.begin(), name.end(), is_fit);
}

std::string fitted_id(std::string_view id) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (id.empty()) return "toolu_0";
  std::string made;
  for (const char c : id) {
    if (is_fit(c)) {
      made += c;
    } else {
      made.append("_").append(1, digits[static_cast<unsigned char>(c) >> 4]).append(1, digits[static_cast<unsigned char>(c) & 15]);
    }
  }
  return made;
}

}  // namespace sallyport::anthropic_messages
