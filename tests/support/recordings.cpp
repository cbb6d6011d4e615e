#include "tests/support/recordings.hpp"

#include "tests/support/plain_json.hpp"

#include <boost/beast/zlib/inflate_stream.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

namespace sallyport::tests {
namespace {

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// ---- what packed bytes say ----

// RFC 1952: ten bytes, then what the flags name.
std::size_t gzip_head(std::string_view bytes) {
  const int flags = bytes[3];
  std::size_t at = 10;
  if (flags & 4) at += 2 + static_cast<unsigned char>(bytes[at]) + 256u * static_cast<unsigned char>(bytes[at + 1]);
  for (const int text : {8, 16})
    if (flags & text) at = bytes.find('\0', at) + 1;
  return flags & 2 ? at + 2 : at;
}

std::string gunzipped(std::string_view bytes) {
  namespace zlib = boost::beast::zlib;
  if (bytes.size() < 18 || !bytes.starts_with("\x1f\x8b")) return {};
  zlib::inflate_stream stream;
  zlib::z_params at;
  bytes.remove_prefix(gzip_head(bytes));
  at.next_in = bytes.data();
  at.avail_in = bytes.size();
  std::string made;
  std::array<char, 65536> room{};
  for (boost::system::error_code ended; !ended;) {
    at.next_out = room.data();
    at.avail_out = room.size();
    stream.write(at, zlib::Flush::sync, ended);
    made.append(room.data(), room.size() - at.avail_out);
  }
  return made;
}

std::string body_of(const json::value& side) {
  if (member(side, "body")) return text_at(side, "body");
  const std::string encoding = text_at(side, "bytes_encoding"), packed = from_base64(text_at(side, "body_base64"));
  if (encoding == "gzip") return gunzipped(packed);
  return encoding.empty() || encoding == "identity" ? packed : std::string();
}

// ---- which they are ----

std::optional<dialect_id> dialect_by_path(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  if (url.ends_with("/chat/completions")) return dialect_id::openai_chat;
  if (url.ends_with("/responses")) return dialect_id::openai_responses;
  if (url.ends_with("/messages")) return dialect_id::anthropic_messages;
  return std::nullopt;
}

std::optional<dialect_id> dialect_by_case(std::string_view provider, std::string_view group) {
  if (provider == "cohere") return std::nullopt;   // its chat is its own
  if (group.starts_with("chat.")) return dialect_id::openai_chat;
  if (group.starts_with("responses.")) return dialect_id::openai_responses;
  if (group.starts_with("messages.")) return dialect_id::anthropic_messages;
  return std::nullopt;
}

// ---- the framing that a recorder took off ----

std::string framed(dialect_id dialect, const std::string& payloads) {
  std::string made;
  for (std::size_t from = 0; from < payloads.size();) {
    const std::size_t end = std::min(payloads.find('\n', from), payloads.size());
    const std::string line = payloads.substr(from, end - from);
    from = end + 1;
    if (line.empty()) continue;
    // A file with several answers of one conversation: the first is a stream.
    if (!made.empty() && line.starts_with(R"({"type":"response.created")")) break;
    if (dialect != dialect_id::openai_chat) made.append("event: ").append(text_at(parsed(line), "type")).append("\n");
    made.append("data: ").append(line).append("\n\n");
  }
  return dialect == dialect_id::openai_chat ? made + "data: [DONE]\n\n" : made;
}

bool lost_its_framing(std::string_view fidelity) {
  return fidelity.starts_with("stream-payloads") || fidelity.starts_with("sdk-parsed stream");
}

std::string without_stream(std::string group) {
  constexpr std::string_view end = ".stream";
  if (group.ends_with(end)) group.resize(group.size() - end.size());
  return group;
}

std::optional<recording> read_recording(const std::filesystem::path& file) {
  const json::value all = parsed(text_of_file(file));
  const json::value* request = member(all, "request");
  const json::value& response = *member(all, "response");
  recording made;
  made.name = file.stem().string();
  made.provider = text_at(all, "provider");
  made.group = without_stream(text_at(all, "case"));
  const auto dialect = request ? dialect_by_path(text_at(*request, "url")) : dialect_by_case(made.provider, made.group);
  if (!dialect) return std::nullopt;
  made.dialect = *dialect;
  made.stream = all.at("stream") == json::value(true);
  made.status = static_cast<int>(response.at("status").as_int64());
  made.reply = body_of(response);
  if (made.stream && lost_its_framing(text_at(*member(all, "fidelity"), "response"))) made.reply = framed(*dialect, made.reply);
  if (request) made.request = body_of(*request);
  if (const json::value* headers = member(response, "headers"))
    for (const auto& field : headers->as_object())
      if (field.value().is_string()) made.headers.add_if_fit(field.key(), std::string(field.value().as_string()));
  return made;
}

}  // namespace

std::string from_base64(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string made;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char one : text) {
    const auto value = letters.find(one);
    if (value == std::string_view::npos) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    if ((held += 6) < 8) continue;
    held -= 8;
    made += static_cast<char>((bits >> held) & 0xff);
  }
  return made;
}

std::vector<recording> chat_recordings(const std::filesystem::path& folder) {
  std::vector<recording> made;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (file.path().extension() == ".json")
      if (auto one = read_recording(file.path())) made.push_back(*std::move(one));
  std::sort(made.begin(), made.end(), [](const recording& a, const recording& b) { return a.name < b.name; });
  return made;
}

}  // namespace sallyport::tests
