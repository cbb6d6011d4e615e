#include "adapters/short_id.hpp"

#include <algorithm>
#include <cstdint>

namespace sallyport {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// FNV-1a, then a finalizer (splitmix64): the same on every machine and in every version.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t made = 0xcbf29ce484222325u;
  for (const char c : text) made = (made ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return made;
}

std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
  value = (value ^ value >> 27) * 0x94d049bb133111ebu;
  return value ^ value >> 31;
}

}  // namespace

bool is_short_id(std::string_view id, std::size_t length) {
  return id.size() == length && id.find_first_not_of(letters) == std::string_view::npos;
}

std::string short_id(std::string_view id, std::size_t length) {
  std::uint64_t state = hash_of(id);
  std::string made;
  while (made.size() < length) {
    state = mixed(state);
    for (std::uint64_t left = state, i = 0; i < 8 && made.size() < length; ++i, left /= letters.size())
      made += letters[left % letters.size()];
  }
  return made;
}

}  // namespace sallyport
