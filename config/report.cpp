#include "config/report.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace sallyport::config {
namespace {

constexpr std::size_t shown_bytes_max = 80;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Cut at a whole UTF-8 character, so that the sentence stays valid text.
std::string_view clipped(std::string_view text) {
  if (text.size() <= shown_bytes_max) return text;
  std::size_t end = shown_bytes_max;
  while (end > 0 && is_continuation(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

std::string source::folder() const {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
}

std::string to_string(const place& at) {
  const std::string file = at.from ? at.from->name : std::string();
  return at.line == 0 ? file : file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

void report::entries::add(const place& at, std::string path, std::string sentence) {
  if (found.size() < entries_max) found.push_back({at, std::move(path), std::move(sentence)});
  else ++left_out;
}

std::vector<config::problem> report::entries::sorted() const {
  // The index keeps equal places in the order in which they were said.
  const auto key = [this](std::size_t i) {
    const auto& at = found[i].at;
    return std::tuple(at.from ? at.from->order : -1, at.line, at.column, i);
  };
  std::vector<std::size_t> order(found.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });

  std::vector<config::problem> made;
  for (const auto i : order) {
    const auto& e = found[i];
    config::problem one{e.at.from ? e.at.from->name : std::string(), e.at.line, e.at.column, e.path, e.sentence};
    const bool repeats = !made.empty() && to_string(made.back()) == to_string(one);
    if (!repeats) made.push_back(std::move(one));
  }
  if (left_out > 0) made.push_back({made.back().file, 0, 0, "", std::to_string(left_out) + " more of these are not shown"});
  return made;
}

std::string in_quotes(std::string_view text) {
  const auto part = clipped(text);
  std::string made = "\"";
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    made += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  if (part.size() < text.size()) made += "...";
  return made + "\"";
}

}  // namespace sallyport::config
