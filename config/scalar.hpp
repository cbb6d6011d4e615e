#pragma once
/// One scalar with its references filled in, and what each kind of value accepts as text.

#include "config/settings.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sallyport::config {

/// What is wrong with a value and what to write instead. Never holds the value when that came from outside the file.
struct complaint {
  std::string sentence;
};

/// A value, or what is wrong with its text. (Boost's result takes a text for both when the value is a text.)
template <class T>
class parsed {
 public:
  parsed(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  parsed(complaint what) : held_(std::in_place_index<1>, std::move(what)) {}

  explicit operator bool() const { return held_.index() == 0; }
  T& operator*() { return std::get<0>(held_); }
  const T& operator*() const { return std::get<0>(held_); }
  const T* operator->() const { return &std::get<0>(held_); }
  const complaint& error() const { return std::get<1>(held_); }

 private:
  std::variant<T, complaint> held_;
};

struct scalar {
  std::string text;
  bool plain = true;            ///< may be a number or a boolean: unquoted, or filled from outside
  bool filled = false;          ///< some of the text came from a variable or a file: it is not shown in problems
  bool only_reference = false;  ///< the whole of it is one reference without a default text
  std::string folder;           ///< of the file it stands in; relative paths start there
};

parsed<bool> boolean_in(const scalar& from);
parsed<std::int64_t> whole_number_in(const scalar& from, std::int64_t least, std::int64_t most);
/// 500, 10k, 2M
parsed<std::size_t> count_in(const scalar& from, std::size_t least, std::size_t most);
/// 300ms, 30s, 5m, 2h, 7d
parsed<milliseconds> duration_in(const scalar& from, milliseconds least, milliseconds most);
/// 0d, 30d: whole days.
parsed<int> whole_days_in(const scalar& from, int most);
/// 512B, 64KiB, 32MiB, 1GiB
parsed<std::size_t> byte_size_in(const scalar& from, std::size_t least, std::size_t most);
/// 15%, 12.5%, at most two digits after the point: hundredths of a per cent.
parsed<int> percentage_in(const scalar& from, int most_per_cent);
/// Dollars as decimal text with at most nine fractional digits: exact.
parsed<nano_usd> dollars_in(const scalar& from);
/// 600/min, 10/s, 400k/min, 2M/hour, 50M/day
parsed<rate> rate_in(const scalar& from);
/// 80%
parsed<int> percent_in(const scalar& from, int least, int most);
/// 2026-01-31, a day that exists, 2000 to 2199.
parsed<std::chrono::sys_days> utc_day_in(const scalar& from);
/// Exactly 64 hexadecimal digits.
parsed<std::array<std::uint8_t, 32>> sha256_in(const scalar& from);

/// How a duration and a size are written, the largest unit that divides them; and a day, 2026-01-31.
std::string text_of(milliseconds duration);
std::string text_of(std::chrono::sys_days day);
std::string text_of_bytes(std::size_t bytes);
/// 0.15, 3: exact, without zeros at the end. Not for less than nothing.
std::string text_of_dollars(nano_usd amount);

}  // namespace sallyport::config
