#include "proxy/policy/privacy/email_scanner.hpp"

#include "proxy/policy/privacy/characters.hpp"

#include <algorithm>

namespace sallyport::policy::privacy {
namespace {

// RFC 5321, section 4.5.3.1.
constexpr std::size_t local_max = 64, domain_max = 255;

bool is_local(char c) {
  return is_letter_or_digit(c) || !is_ascii(c) || std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
}

bool is_label(char c) { return is_letter_or_digit(c) || c == '-' || !is_ascii(c); }

bool is_top_level(std::string_view label) {
  if (label.size() > 4 && label.substr(0, 4) == "xn--") return true;
  return label.size() >= 2 && std::all_of(label.begin(), label.end(), is_letter);
}

// icon@2x.png: how files of pictures for sharper screens are called.
bool is_scale(std::string_view label) { return label.size() == 2 && is_digit(label[0]) && label[1] == 'x'; }

// Whether a name with a top level domain begins at `at`. What stands behind that may go on: a full stop, the next sentence.
bool has_domain(std::string_view text, std::size_t at) {
  const std::size_t limit = std::min(text.size(), at + domain_max);
  for (std::size_t labels = 0, end = 0; at < limit; at = end + 1, ++labels) {
    end = run_end(text.substr(0, limit), at, is_label);
    const auto label = text.substr(at, end - at);
    if (label.empty()) return false;
    if (labels == 0 && is_scale(label)) return false;
    if (labels > 0 && is_top_level(label)) return true;
    if (byte_at(text, end) != '.') return false;
  }
  return false;
}

}  // namespace

void email_scanner::run(std::size_t until) {
  for (until = std::min(until, text_.size()); found_.seeks(detector::email); ++at_) {
    at_ = next_byte(text_, '@', at_, until);
    if (at_ >= until) return;
    const auto begin = run_begin(text_, at_, at_ > local_max ? at_ - local_max : 0, is_local);
    const auto local = text_.substr(begin, at_ - begin);
    // git@host: is how repositories are named.
    const bool is_someone = std::any_of(local.begin(), local.end(), [](char c) { return is_letter_or_digit(c) || !is_ascii(c); });
    if (is_someone && local != "git" && has_domain(text_, at_ + 1)) found_.found(detector::email);
  }
}

}  // namespace sallyport::policy::privacy
