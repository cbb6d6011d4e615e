#include "config/key_path.hpp"

#include "config/report.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr std::size_t bare_bytes_max = 80;

bool is_bare(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

bool stands_bare(std::string_view key) {
  return !key.empty() && key.size() <= bare_bytes_max && std::all_of(key.begin(), key.end(), is_bare);
}

}  // namespace

std::string path_below(std::string_view parent, std::string_view key) {
  const std::string last = stands_bare(key) ? std::string(key) : in_quotes(key);
  return parent.empty() ? last : std::string(parent) + "." + last;
}

std::string path_of_item(std::string_view parent, std::size_t index) { return std::string(parent) + "[" + std::to_string(index) + "]"; }

}  // namespace sallyport::config
