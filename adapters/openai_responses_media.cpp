#include "adapters/openai_responses_media.hpp"

#include "adapters/data_url.hpp"

namespace sallyport::openai_responses {
namespace {

constexpr std::string_view plain_text = "text/plain";

bool read_image(json_value from, part& into) {
  into.kind = part_kind::image;
  const auto address = from["image_url"].text();
  if (auto inside = media_of(address)) {
    into.of = *std::move(inside);
  } else {
    into.of.url = address;
  }
  if (address.empty()) into.of.file_id = from["file_id"].text();
  // "original" is a word of newest models for as close as can be.
  into.of.detail = from["detail"].text() == "original" ? std::string_view("high") : from["detail"].text();
  return !address.empty() || !into.of.file_id.empty();
}

bool read_file(json_value from, part& into) {
  into.kind = part_kind::file;
  const auto bytes = from["file_data"].text();
  if (auto inside = media_of(bytes)) {
    into.of = *std::move(inside);
  } else if (!bytes.empty()) {
    into.of.base64 = bytes;
    into.of.type = "application/pdf";
  } else {
    into.of.url = from["file_url"].text();
    if (into.of.url.empty()) into.of.file_id = from["file_id"].text();
  }
  into.of.name = from["filename"].text();
  return !into.of.base64.empty() || !into.of.url.empty() || !into.of.file_id.empty();
}

bool read_audio(json_value from, part& into) {
  into.kind = part_kind::audio;
  const json_value audio = from["input_audio"];
  into.of.base64 = audio["data"].text();
  into.of.type = "audio/" + std::string(audio["format"].text());
  return !into.of.base64.empty();
}

void write_image(const media& what, json_object& to) {
  to.begin_object().member("type", "input_image").member("detail", what.detail.empty() ? std::string_view("auto") : what.detail);
  if (what.file_id.empty()) {
    to.member("image_url", what.url.empty() ? data_url_of(what) : what.url);
  } else {
    to.member("file_id", what.file_id);
  }
  to.end_object();
}

void write_file(const media& what, json_object& to) {
  to.begin_object().member("type", "input_file");
  if (!what.file_id.empty()) {
    to.member("file_id", what.file_id);
  } else if (!what.url.empty()) {
    to.member("file_url", what.url);
  } else {
    // Bytes without a name are refused.
    const std::string_view unnamed = what.type == plain_text ? "file.txt" : "file.pdf";
    to.member("filename", what.name.empty() ? unnamed : std::string_view(what.name)).member("file_data", data_url_of(what));
  }
  to.end_object();
}

}  // namespace

bool read_media(json_value part, std::string_view type, ::sallyport::part& into) {
  if (type == "input_image") return read_image(part, into);
  if (type == "input_file") return read_file(part, into);
  return read_audio(part, into);
}

bool write_media(const part& what, json_object& to) {
  const bool is_there = !what.of.base64.empty() || !what.of.url.empty() || !what.of.file_id.empty();
  if (!is_there || what.kind == part_kind::audio) return false;
  if (what.kind == part_kind::image) {
    write_image(what.of, to);
  } else {
    write_file(what.of, to);
  }
  return true;
}

}  // namespace sallyport::openai_responses
