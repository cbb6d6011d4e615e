#include "config/scalar.hpp"

#include "config/report.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace sallyport::config {
namespace {

constexpr std::size_t fraction_digits_max = 9;
constexpr nano_usd dollars_max = 1'000'000;

struct unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<unit, 5> duration_units{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<unit, 4> size_units{{{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}};
constexpr std::array<unit, 2> count_units{{{"k", 1'000}, {"M", 1'000'000}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// The value as the operator wrote it; what came from a variable or a file is never repeated.
std::string shown(const scalar& from) { return from.filled ? std::string("its value") : in_quotes(from.text); }

/// How many characters stand before the unit.
std::size_t digits_of(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::optional<std::int64_t> number_of(std::string_view digits) {
  std::int64_t made = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), made);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return made;
}

bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits[0] == '0'; }

complaint quotes_are_wrong(const scalar& from, std::string_view wanted) {
  return {shown(from) + " is a text because of its quotes, " + std::string(wanted) + " is wanted; remove the quotes"};
}

complaint leading_zero(const scalar& from) {
  return {shown(from) + " begins with a zero, which some read as octal; write the number without it"};
}

template <class Units>
std::optional<std::int64_t> factor_of(std::string_view name, const Units& units) {
  const auto found = std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
  return found == units.end() ? std::nullopt : std::optional(found->factor);
}

/// DIGITS UNIT, times the unit. `bare` is the factor of a number without a unit, or 0 when it must have one.
template <class Units>
parsed<std::int64_t> with_unit(const scalar& from, const Units& units, std::int64_t bare, std::string_view forms, std::string_view usual) {
  const std::string_view text = from.text;
  const auto digits = text.substr(0, digits_of(text));
  const auto name = text.substr(digits.size());
  if (digits.empty()) return complaint{shown(from) + " is not " + std::string(forms)};
  if (has_leading_zero(digits)) return leading_zero(from);
  if (name.empty() && bare == 0)
    return complaint{shown(from) + " has no unit; write " + (from.filled ? "one" : std::string(digits.substr(0, 20)) + std::string(usual))};
  const auto factor = name.empty() ? std::optional(bare) : factor_of(name, units);
  if (!factor) return complaint{shown(from) + " is not " + std::string(forms)};
  const auto number = number_of(digits);
  if (!number || *number > std::numeric_limits<std::int64_t>::max() / *factor) return complaint{shown(from) + " is too large"};
  return *number * *factor;
}

template <class T, class Show>
parsed<T> within(const scalar& from, T value, T least, T most, Show show) {
  if (value < least) return complaint{shown(from) + " is too small; the least is " + show(least)};
  if (value > most) return complaint{shown(from) + " is too large; the most is " + show(most)};
  return value;
}

std::string plain_text(std::int64_t number) { return std::to_string(number); }

}  // namespace

parsed<bool> boolean_in(const scalar& from) {
  const bool is_one = from.text == "true" || from.text == "false";
  if (is_one && !from.plain) return quotes_are_wrong(from, "true or false");
  if (!is_one) return complaint{shown(from) + " is not a yes-or-no value here; write true or false"};
  return from.text == "true";
}

parsed<std::int64_t> whole_number_in(const scalar& from, std::int64_t least, std::int64_t most) {
  const std::string_view text = from.text;
  const bool negative = !text.empty() && text[0] == '-';
  const auto digits = text.substr(negative ? 1 : 0);
  if (!all_digits(digits)) return complaint{shown(from) + " is not a whole number; write digits only"};
  if (!from.plain) return quotes_are_wrong(from, "a number");
  if (has_leading_zero(digits)) return leading_zero(from);
  const auto number = number_of(text);
  if (!number) return complaint{shown(from) + " is too " + (negative ? "small" : "large") + "; write " + std::to_string(least) + " to " +
                                std::to_string(most)};
  return within(from, *number, least, most, plain_text);
}

parsed<std::size_t> count_in(const scalar& from, std::size_t least, std::size_t most) {
  if (!from.plain) return quotes_are_wrong(from, "a number");
  const auto number = with_unit(from, count_units, 1, "a count; write it as 500, 10k or 2M", "");
  if (!number) return number.error();
  return within(from, static_cast<std::size_t>(*number), least, most,
                [](std::size_t limit) { return plain_text(static_cast<std::int64_t>(limit)); });
}

parsed<milliseconds> duration_in(const scalar& from, milliseconds least, milliseconds most) {
  const auto number = with_unit(from, duration_units, 0, "a duration; write it as 300ms, 30s, 5m, 2h or 7d, in whole numbers", "s");
  if (!number) return number.error();
  return within(from, milliseconds(*number), least, most, [](milliseconds limit) { return text_of(limit); });
}

parsed<int> whole_days_in(const scalar& from, int most) {
  const complaint wrong{shown(from) + " is not a number of days; write it as 0d or 30d"};
  std::string_view text = from.text;
  if (!text.ends_with('d')) return wrong;
  text.remove_suffix(1);
  if (!all_digits(text) || text.size() > 9 || has_leading_zero(text)) return wrong;
  const auto days = *number_of(text);
  if (days > most) return complaint{shown(from) + " is too large; the most is " + std::to_string(most) + "d"};
  return static_cast<int>(days);
}

parsed<std::size_t> byte_size_in(const scalar& from, std::size_t least, std::size_t most) {
  const auto number = with_unit(from, size_units, 0, "a size; write it as 64KiB, 32MiB or 1GiB, in whole numbers", "MiB");
  if (!number) return number.error();
  return within(from, static_cast<std::size_t>(*number), least, most, text_of_bytes);
}

parsed<int> percentage_in(const scalar& from, int most_per_cent) {
  const complaint wrong{shown(from) + " is not a percentage; write it as 15% or 12.5%"};
  std::string_view text = from.text;
  if (!text.ends_with('%')) return wrong;
  text.remove_suffix(1);
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  std::string fraction(dot == std::string_view::npos ? std::string_view("0") : text.substr(dot + 1));
  if (!all_digits(whole) || whole.size() > 6 || has_leading_zero(whole) || !all_digits(fraction) || fraction.size() > 2) return wrong;
  fraction.resize(2, '0');
  const auto made = *number_of(whole) * 100 + *number_of(fraction);
  if (made > most_per_cent * 100) return complaint{shown(from) + " is too large; the most is " + std::to_string(most_per_cent) + "%"};
  return static_cast<int>(made);
}

parsed<nano_usd> dollars_in(const scalar& from) {
  const std::string_view text = from.text;
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  const auto fraction = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (!all_digits(whole) || (dot != std::string_view::npos && !all_digits(fraction)))
    return complaint{shown(from) + " is not an amount of dollars; write it as 3 or 0.15"};
  if (!from.plain) return quotes_are_wrong(from, "a number");
  if (has_leading_zero(whole)) return leading_zero(from);
  if (fraction.size() > fraction_digits_max) return complaint{shown(from) + " is too fine; at most nine digits may follow the point"};

  const auto dollars = number_of(whole);
  if (!dollars || *dollars > dollars_max) return complaint{shown(from) + " is too large; the most is " + std::to_string(dollars_max)};
  std::string nano(fraction);
  nano.resize(fraction_digits_max, '0');
  return *dollars * nano_per_usd + number_of(nano).value_or(0);
}

parsed<rate> rate_in(const scalar& from) {
  constexpr std::array<unit, 4> periods{{{"s", 1}, {"min", 60}, {"hour", 3'600}, {"day", 86'400}}};
  constexpr std::int64_t most = 1'000'000'000'000;
  const complaint wrong{shown(from) + " is not a rate; write it as 600/min, 10/s, 400k/min or 50M/day"};
  const auto slash = from.text.find('/');
  if (slash == std::string::npos) return wrong;
  const auto seconds = factor_of(std::string_view(from.text).substr(slash + 1), periods);
  if (!seconds) return wrong;
  scalar amount = from;
  amount.text = from.text.substr(0, slash);
  const auto number = with_unit(amount, count_units, 1, "the amount of a rate; write it as 600/min, 10/s or 400k/min", "");
  if (!number) return number.error();
  if (*number < 1) return complaint{shown(from) + " lets nothing through; the least is one"};
  if (*number > most) return complaint{shown(from) + " is too large"};
  return rate{*number, std::chrono::seconds(*seconds), from.filled ? std::to_string(*number) + from.text.substr(slash) : from.text};
}

parsed<int> percent_in(const scalar& from, int least, int most) {
  const std::string_view text = from.text;
  if (text.size() < 2 || text.back() != '%' || !all_digits(text.substr(0, text.size() - 1)))
    return complaint{shown(from) + " is not a share; write it as 80%"};
  if (has_leading_zero(text.substr(0, text.size() - 1))) return leading_zero(from);
  const auto number = number_of(text.substr(0, text.size() - 1));
  if (!number || *number > 1'000'000) return complaint{shown(from) + " is too large; the most is " + std::to_string(most) + "%"};
  return within(from, static_cast<int>(*number), least, most, [](int limit) { return std::to_string(limit) + "%"; });
}

parsed<std::chrono::sys_days> utc_day_in(const scalar& from) {
  const std::string_view text = from.text;
  const complaint wrong{shown(from) + " is not a day; write it as 2026-01-31"};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong;
  const auto year = number_of(text.substr(0, 4)), month = number_of(text.substr(5, 2)), day = number_of(text.substr(8));
  if (!year || !month || !day || *year < 2000 || *year > 2199 || *month < 1 || *day < 1) return wrong;
  const std::chrono::year_month_day made{std::chrono::year(static_cast<int>(*year)), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!made.ok()) return wrong;
  return std::chrono::sys_days(made);
}

parsed<std::array<std::uint8_t, 32>> sha256_in(const scalar& from) {
  // The text is never repeated: who mistakes this field pastes the key itself into it.
  constexpr std::size_t digits = 64;
  const complaint wrong{"is not a SHA-256 hash; write the 64 hexadecimal digits that `sallyport keys new` prints"};
  if (from.text.size() != digits) return wrong;
  std::array<std::uint8_t, 32> made{};
  for (std::size_t i = 0; i < made.size(); ++i) {
    const char* at = from.text.data() + 2 * i;
    const auto [end, error] = std::from_chars(at, at + 2, made[i], 16);
    if (error != std::errc() || end != at + 2) return wrong;
  }
  return made;
}

std::string text_of(milliseconds duration) {
  const auto count = duration.count();
  for (auto u = duration_units.rbegin(); u != duration_units.rend(); ++u)
    if (count != 0 && count % u->factor == 0) return std::to_string(count / u->factor) + std::string(u->name);
  return "0ms";
}

std::string text_of(std::chrono::sys_days day) {
  const std::chrono::year_month_day parts{day};
  const auto two = [](unsigned number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(parts.year())) + "-" + two(static_cast<unsigned>(parts.month())) + "-" +
         two(static_cast<unsigned>(parts.day()));
}

std::string text_of_bytes(std::size_t bytes) {
  for (auto u = size_units.rbegin(); u != size_units.rend(); ++u)
    if (bytes != 0 && bytes % static_cast<std::size_t>(u->factor) == 0)
      return std::to_string(bytes / static_cast<std::size_t>(u->factor)) + std::string(u->name);
  return "0B";
}

std::string text_of_dollars(nano_usd amount) {
  auto fraction = std::to_string(amount % nano_per_usd);
  fraction.insert(0, fraction_digits_max - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return std::to_string(amount / nano_per_usd) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace sallyport::config
