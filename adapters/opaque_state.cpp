#include "adapters/opaque_state.hpp"

namespace sallyport {
namespace {

void append_hex(std::string& to, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : text) {
    to += digits[static_cast<unsigned char>(c) >> 4];
    to += digits[static_cast<unsigned char>(c) & 15];
  }
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string made;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    made += static_cast<char>(high * 16 + low);
  }
  return made;
}

/// Takes what stands before the next dot.
std::optional<std::string> next_word(std::string_view& rest) {
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto word = from_hex(rest.substr(0, dot));
  rest.remove_prefix(dot + 1);
  return word;
}

}  // namespace

std::string marked(const opaque_state& state) {
  std::string made(state_mark);
  append_hex(made, state.origin);
  made += '.';
  append_hex(made, state.id);
  made += '.';
  return made += state.bytes;
}

opaque_state read_state(std::string_view carried) {
  if (carried.starts_with(state_mark)) {
    std::string_view rest = carried.substr(state_mark.size());
    auto origin = next_word(rest);
    auto id = origin ? next_word(rest) : std::nullopt;
    if (id && !origin->empty()) return {std::move(*origin), std::move(*id), std::string(rest)};
  }
  return {{}, {}, std::string(carried)};
}

}  // namespace sallyport
