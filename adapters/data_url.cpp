#include "adapters/data_url.hpp"

#include <cstdint>

namespace sallyport {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string made;
  made.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto value = letters.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    made += static_cast<char>(bits >> held & 255);
  }
  return made;
}

std::string to_base64(std::string_view bytes) {
  std::string made;
  made.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : std::uint32_t{0}; };
    const std::uint32_t bits = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    made += letters[bits >> 18 & 63];
    made += letters[bits >> 12 & 63];
    made += at + 1 < bytes.size() ? letters[bits >> 6 & 63] : '=';
    made += at + 2 < bytes.size() ? letters[bits & 63] : '=';
  }
  return made;
}

std::optional<media> media_of(std::string_view data_url) {
  constexpr std::string_view scheme = "data:";
  constexpr std::string_view coding = ";base64,";
  const auto comma = data_url.find(coding);
  if (!data_url.starts_with(scheme) || comma == std::string_view::npos) return std::nullopt;
  media made;
  made.type = data_url.substr(scheme.size(), comma - scheme.size());
  made.base64 = data_url.substr(comma + coding.size());
  if (!made.type.starts_with("text/plain")) return made;
  auto text = from_base64(made.base64);
  if (!text) return std::nullopt;
  made.type = "text/plain";
  made.base64 = *std::move(text);
  return made;
}

std::string data_url_of(const media& of) {
  return "data:" + of.type + ";base64," + (of.type == "text/plain" ? to_base64(of.base64) : of.base64);
}

}  // namespace sallyport
