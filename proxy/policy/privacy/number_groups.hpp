#pragma once
/// Groups of digits with one separator between each two, as numbers are written.

#include "proxy/policy/privacy/characters.hpp"
#include "proxy/policy/privacy/check_digits.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sallyport::policy::privacy {

struct digit_group {
  std::size_t begin = 0;
  std::size_t length = 0;
  char before = 0;   ///< the separator between this group and the one before it; 0: this one is the first
  char after = 0;    ///< 0: this one is the last

  std::size_t end() const { return begin + length; }
};

constexpr bool is_separator(char c) { return c == ' ' || c == '-' || c == '.' || c == '/' || c == ':' || c == '_'; }

/// Up to `capacity` groups from a place in a text on. One thread.
class number_groups {
 public:
  static constexpr std::size_t capacity = 64;

  /// `at` is the first digit of a group; `before` as in digit_group. A group that a letter follows is no number and ends the run before it.
  void read(std::string_view text, std::size_t at, char before);

  std::span<const digit_group> all() const { return {groups_.data(), count_}; }
  /// Where reading goes on: behind the groups and behind a number that turned out to be none. Or the first group that did not fit.
  std::size_t end() const { return end_; }
  /// Whether there are more groups than fit.
  bool is_cut() const { return cut_; }

 private:
  std::array<digit_group, capacity> groups_;
  std::size_t count_ = 0;
  std::size_t end_ = 0;
  bool cut_ = false;
};

/// The digits of some groups, one behind the other; at most 19, the rest is left out.
class joined_digits {
 public:
  joined_digits(std::string_view text, std::span<const digit_group> groups) {
    for (const auto& group : groups)
      for (std::size_t i = 0; i < group.length && count_ < digits_.size(); ++i)
        digits_[count_++] = static_cast<std::uint8_t>(text[group.begin + i] - '0');
  }
  operator digits() const { return {digits_.data(), count_}; }   // NOLINT(google-explicit-constructor)

 private:
  std::array<std::uint8_t, 19> digits_;
  std::size_t count_ = 0;
};

}  // namespace sallyport::policy::privacy
