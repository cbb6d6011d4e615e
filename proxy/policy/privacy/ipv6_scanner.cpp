#include "proxy/policy/privacy/ipv6_scanner.hpp"

#include "proxy/policy/privacy/characters.hpp"

#include <algorithm>

namespace sallyport::policy::privacy {
namespace {

constexpr std::size_t address_max = 45;   // eight groups, the last two as an IPv4 address
constexpr std::size_t group_max = 4;

bool is_address_byte(char c) { return is_hex(c) || c == ':' || c == '.'; }

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (parts < 4) {
    const auto end = run_end(text, 0, is_digit);
    if (end == 0 || end > 3) return false;
    int number = 0;
    for (const char c : text.substr(0, end)) number = number * 10 + (c - '0');
    if (number > 255) return false;
    text.remove_prefix(end);
    if (++parts < 4) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

// How many 16-bit groups the colon-separated part has, or -1. Only the last may be an IPv4 address.
int groups_in(std::string_view part, bool is_last) {
  if (part.empty()) return 0;
  int count = 0;
  while (true) {
    const auto end = run_end(part, 0, is_hex);
    if (is_last && byte_at(part, end) == '.') return is_ipv4(part) ? count + 2 : -1;
    if (end == 0 || end > group_max) return -1;
    ++count;
    if (end == part.size()) return count;
    if (part[end] != ':') return -1;
    part.remove_prefix(end + 1);
  }
}

bool is_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  if (gap == std::string_view::npos) return groups_in(text, true) == 8;
  const int before = groups_in(text.substr(0, gap), false), behind = groups_in(text.substr(gap + 2), true);
  return before >= 0 && behind >= 0 && before + behind <= 7;
}

// In programs a::b is a name, [::2] a slice, and 1:2:3 a ratio: an address of that form is not taken for one.
bool is_telling(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), is_digit)) return false;
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto end = run_end(text, at, is_hex);
    longest = std::max(longest, end - at);
    at = end;
  }
  return longest >= 3;
}

}  // namespace

bool ipv6_scanner::is_address(std::size_t begin, std::size_t end) {
  // What ends a sentence, or stands between the address and what it is of.
  while (end > begin && text_[end - 1] == '.') --end;
  if (end > begin + 1 && text_[end - 1] == ':' && text_[end - 2] != ':') --end;
  if (begin + 1 < end && text_[begin] == ':' && text_[begin + 1] != ':') ++begin;
  if (is_letter_or_digit(byte_before(text_, begin)) || is_letter_or_digit(byte_at(text_, end)) || end - begin > address_max) return false;
  const auto text = text_.substr(begin, end - begin);
  if (!is_ipv6(text)) return false;
  if (text == "::1" || is_telling(text)) return true;
  // The address of no host is an operator of several languages too.
  return text == "::" && ((byte_at(text_, end) == '/' && is_digit(byte_at(text_, end + 1))) || words_.precede(begin, detector::ip));
}

void ipv6_scanner::run(std::size_t until) {
  until = std::min(until, text_.size());
  while (found_.seeks(detector::ip)) {
    at_ = next_byte(text_, ':', at_, until);
    if (at_ >= until) return;
    if (!is_address_byte(byte_at(text_, at_ + 1)) && byte_before(text_, at_) != ':') {
      ++at_;
      continue;
    }
    // Before its first colon an address has four digits at most. A point may only stand in its end.
    const auto begin = run_begin(text_, at_, at_ > group_max ? at_ - group_max : 0, is_hex);
    const auto end = run_end(text_, at_, is_address_byte);
    if (is_address(begin, end)) found_.found(detector::ip);
    at_ = end;
  }
}

}  // namespace sallyport::policy::privacy
