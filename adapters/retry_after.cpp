#include "adapters/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace sallyport {
namespace {

using std::chrono::milliseconds;

// Far above the clamp, far below overflow.
constexpr double milliseconds_max = 1e12;

std::optional<milliseconds> scaled(std::string_view number, double unit_ms) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool begins_with_digit = !number.empty() && number.front() >= '0' && number.front() <= '9';  // not "inf"
  if (!begins_with_digit || error != std::errc{} || end != number.data() + number.size() || !(value >= 0)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(value * unit_ms, milliseconds_max))));
}

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t length) {
  int value = 0;
  const char* begin = text.data() + from;
  const auto [end, error] = std::from_chars(begin, begin + length, value);
  if (error != std::errc{} || end != begin + length || value < 0) return std::nullopt;
  return value;
}

std::optional<unsigned> month_named(std::string_view name) {
  constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(found - names.begin()) + 1;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<std::chrono::sys_seconds> date_of(std::string_view text) {
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  const auto day = digits(text, 5, 2), year = digits(text, 12, 4);
  const auto hour = digits(text, 17, 2), minute = digits(text, 20, 2), second = digits(text, 23, 2);
  const auto month = month_named(text.substr(8, 3));
  if (!day || !year || !hour || !minute || !second || !month) return std::nullopt;
  const std::chrono::day in_month(static_cast<unsigned>(*day));
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month), in_month};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<milliseconds> until(std::optional<std::chrono::sys_seconds> date, std::chrono::system_clock::time_point wall) {
  if (!date) return std::nullopt;
  // In milliseconds throughout: the year 9999 in nanoseconds does not fit.
  return std::max(std::chrono::ceil<milliseconds>(*date - std::chrono::floor<milliseconds>(wall)), milliseconds(0));
}

}  // namespace

std::optional<milliseconds> retry_after(const header_list& headers, std::optional<milliseconds> in_body,
                                        std::chrono::system_clock::time_point wall) {
  const std::string_view plain = headers.get("retry-after");
  std::optional<milliseconds> latest;
  for (const auto& told : {in_body, scaled(headers.get("retry-after-ms"), 1), scaled(plain, 1000), until(date_of(plain), wall)})
    if (told) latest = std::max(latest.value_or(milliseconds(0)), *told);
  if (latest) latest = std::clamp(*latest, retry_after_min, retry_after_max);
  return latest;
}

}  // namespace sallyport
