#include "proxy/policy/seam.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::policy {

seam::seam(std::string delivered, continuation how) : expected_(std::move(delivered)), must_repeat_(how == continuation::replay), at_(place::repeating) {
  if (must_repeat_) return;
  blanks_ = expected_.substr(given_part(expected_).size());
  expected_.resize(expected_.size() - blanks_.size());
  if (how != continuation::prefix && expected_.size() < echo_least) at_ = place::blanks;
}

std::string seam::take(std::string_view text) {
  switch (at_) {
    case place::repeating: return take_repeated(text);
    case place::blanks: return take_behind(text);
    case place::beyond: return std::string(text);
    case place::elsewhere: break;
  }
  return {};
}

std::string seam::take_repeated(std::string_view text) {
  const auto left = std::string_view(expected_).substr(matched_);
  const auto common = std::min(left.size(), text.size());
  if (left.substr(0, common) == text.substr(0, common)) {
    matched_ += common;
    if (matched_ < expected_.size()) return {};
    at_ = must_repeat_ ? place::beyond : place::blanks;
    return take(text.substr(common));
  }
  if (must_repeat_) {
    at_ = place::elsewhere;
    return {};
  }
  // No repetition, then: what looked like one is new.
  at_ = place::blanks;
  return take_behind(expected_.substr(0, matched_) + std::string(text));
}

std::string seam::take_behind(std::string_view text) {
  const auto [mine, theirs] = std::mismatch(blanks_.begin(), blanks_.end(), text.begin(), text.end());
  const auto repeated = static_cast<std::size_t>(theirs - text.begin());
  if (theirs != text.end() || mine == blanks_.end()) at_ = place::beyond;
  blanks_.erase(blanks_.begin(), mine);
  return std::string(text.substr(repeated));
}

std::string seam::finish() {
  if (at_ == place::beyond || at_ == place::blanks) return {};
  if (must_repeat_) {
    at_ = place::elsewhere;
    return {};
  }
  // Who should not repeat it said the beginning of it anew, and ended.
  at_ = place::beyond;
  return expected_.substr(0, matched_);
}

}  // namespace sallyport::policy
