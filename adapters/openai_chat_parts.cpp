#include "adapters/openai_chat_parts.hpp"

#include "adapters/data_url.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::openai_chat {
namespace {

// ---- reading ----

field_problem read_image(json_value one, std::string_view param, part& into) {
  const json_value image = one["image_url"];
  const json_value address = image.is(json_kind::string) ? image : image["url"];
  if (address.text().empty()) return wrong_field(std::string(param) + ".image_url", "an object with the image's url");
  into.kind = part_kind::image;
  if (auto held = media_of(address.text()))
    into.of = *std::move(held);
  else
    into.of.url = address.text();
  into.of.detail = image["detail"].text();
  return std::nullopt;
}

field_problem read_audio(json_value one, std::string_view param, part& into) {
  const json_value audio = one["input_audio"];
  if (audio["data"].text().empty() || audio["format"].text().empty())
    return wrong_field(std::string(param) + ".input_audio", "an object with data and format");
  into.kind = part_kind::audio;
  into.of.base64 = audio["data"].text();
  into.of.type = "audio/" + std::string(audio["format"].text());
  return std::nullopt;
}

field_problem read_file(json_value one, std::string_view param, part& into) {
  const json_value file = one["file"];
  into.kind = part_kind::file;
  if (auto held = media_of(file["file_data"].text()))
    into.of = *std::move(held);
  else if (!file["file_data"].text().empty())
    into.of = {
        .url = {}, .base64 = std::string(file["file_data"].text()), .type = "application/pdf", .file_id = {}, .name = {}, .detail = {}};
  into.of.file_id = file["file_id"].text();
  into.of.name = file["filename"].text();
  if (into.of.base64.empty() && into.of.file_id.empty())
    return wrong_field(std::string(param) + ".file", "an object with file_data or file_id");
  return std::nullopt;
}

// Mistral's thoughts stand in the content: {"type":"thinking","thinking":[{"type":"text","text":".."}]}.
void read_thinking(json_value one, part& into) {
  into.kind = part_kind::reasoning;
  into.text = one["thinking"].text();
  one["thinking"].each_item([&](json_value piece) { into.text += piece["text"].text(); });
}

field_problem read_part(json_value one, std::string_view param, part& into) {
  const auto type = one["type"].text();
  into.cached = mark_of(one);
  if (type == "text") return read_text(one["text"], std::string(param) + ".text", into.text);
  if (type == "image_url") return read_image(one, param, into);
  if (type == "input_audio") return read_audio(one, param, into);
  if (type == "file") return read_file(one, param, into);
  if (type == "thinking") return read_thinking(one, into), std::nullopt;
  if (type == "refusal") {
    into.kind = part_kind::refusal;
    return read_text(one["refusal"], std::string(param) + ".refusal", into.text);
  }
  const std::string name = std::string(param) + ".type";
  return one["type"].is(json_kind::string) ? cannot_carry(name, "is a kind of content that cannot be translated")
                                           : wrong_field(name, "a string");
}

bool says_nothing(const part& one) {
  const bool is_word = one.kind == part_kind::text || one.kind == part_kind::refusal || one.kind == part_kind::reasoning;
  return is_word && one.text.empty() && !one.cached;
}

// ---- writing ----

bool is_text_file(const part& one) { return one.kind == part_kind::file && one.of.type == "text/plain"; }
bool goes_as_text(const part& one) { return one.kind == part_kind::text || is_text_file(one); }
std::string_view words_of(const part& one) { return is_text_file(one) ? one.of.base64 : one.text; }

field_problem write_image(const media& of, json_object& to) {
  if (of.url.empty() && of.base64.empty())
    return cannot_carry("messages.content.image", "cannot be a file's id: openai_chat takes images by url or as data");
  to.begin_object().member("type", "image_url").name("image_url").begin_object();
  to.member("url", of.url.empty() ? data_url_of(of) : of.url).given("detail", of.detail).end_object().end_object();
  return std::nullopt;
}

field_problem write_audio(const media& of, json_object& to) {
  const std::string_view format =
      of.type == "audio/mpeg" ? "mp3" : std::string_view(of.type).substr(std::min<std::size_t>(6, of.type.size()));
  if (of.base64.empty()) return cannot_carry("messages.content.audio", "must be given as data");
  to.begin_object().member("type", "input_audio").name("input_audio").begin_object();
  to.member("data", of.base64).member("format", format).end_object().end_object();
  return std::nullopt;
}

std::string file_name(const media& of) {
  if (!of.name.empty()) return of.name;
  return of.type == "application/pdf" ? "document.pdf" : "document";
}

field_problem write_file(const media& of, json_object& to) {
  if (of.base64.empty() && of.file_id.empty())
    return cannot_carry("messages.content.file", "cannot be a url: openai_chat takes files as data or by id");
  to.begin_object().member("type", "file").name("file").begin_object();
  if (of.base64.empty())
    to.member("file_id", of.file_id);
  else
    to.member("filename", file_name(of)).member("file_data", data_url_of(of));
  to.end_object().end_object();
  return std::nullopt;
}

field_problem write_part(const part& one, json_object& to) {
  switch (one.kind) {
    case part_kind::image:
      return write_image(one.of, to);
    case part_kind::audio:
      return write_audio(one.of, to);
    default:
      break;
  }
  if (one.kind == part_kind::file && !is_text_file(one)) return write_file(one.of, to);
  to.begin_object().member("type", "text").member("text", words_of(one)).end_object();
  return std::nullopt;
}

}  // namespace

std::optional<cache_mark> mark_of(json_value holder) {
  for (const char* name : {"cache_control", "prompt_cache_breakpoint"})
    if (holder[name].is(json_kind::object)) return cache_mark{std::string(holder[name]["ttl"].text())};
  return std::nullopt;
}

field_problem read_content(json_value content, std::string_view param, std::vector<part>& into) {
  if (!content.is_given()) return std::nullopt;
  if (content.is(json_kind::string)) {
    if (content.text().empty()) return std::nullopt;
    into.emplace_back().text = content.text();
    return std::nullopt;
  }
  if (!content.is(json_kind::array)) return wrong_field(param, "a string or a list of parts");
  return read_items(content, param, [&](json_value one, const std::string& name) {
    part made;
    auto why = read_part(one, name, made);
    if (!why && !says_nothing(made)) into.push_back(std::move(made));
    return why;
  });
}

std::string joined_texts(const std::vector<part>& parts) {
  std::string made;
  bool is_first = true;
  for (const part& one : parts) {
    if (!goes_as_text(one)) continue;
    if (!std::exchange(is_first, false)) made += "\n\n";
    made += words_of(one);
  }
  return made;
}

field_problem write_content(const std::vector<part>& parts, json_object& to, warning_list& warnings) {
  if (std::any_of(parts.begin(), parts.end(), is_text_file)) warnings.inform("messages.content.file", "a text goes without its name");
  if (std::all_of(parts.begin(), parts.end(), goes_as_text)) {
    to.string(joined_texts(parts));
    return std::nullopt;
  }
  field_problem why;
  to.begin_array();
  for (const part& one : parts)
    if (!why) why = write_part(one, to);
  to.end_array();
  return why;
}

}  // namespace sallyport::openai_chat
