#include "proxy/policy/privacy/national_numbers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sallyport::policy::privacy {
namespace {

int number_of(digits of, std::size_t at, std::size_t count) {
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number * 10 + of[at + i];
  return number;
}

bool is_day_of_month(int day, int month) {
  constexpr std::array<int, 12> days{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= days[static_cast<std::size_t>(month - 1)];
}

}  // namespace

bool is_us_ssn(digits of) {
  const int area = number_of(of, 0, 3), group = number_of(of, 3, 2), serial = number_of(of, 5, 4);
  if (area == 0 || area == 666 || area >= 900 || group == 0 || serial == 0) return false;
  constexpr std::array<int, 3> advertised{78'05'1120, 219'09'9999, 457'55'5462};
  return std::find(advertised.begin(), advertised.end(), number_of(of, 0, 9)) == advertised.end();
}

bool is_uk_nhs(digits of) {
  const int check = 11 - weighted_sum(of.first(9), {10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return check != 10 && check % 11 == of[9] && !are_all_equal(of);
}

bool is_de_tax_id(digits of) { return of[0] != 0 && passes_mod_11_10(of); }

bool is_strict_de_tax_id(digits of) {
  std::array<int, 10> times{};
  for (const auto digit : of.first(10)) ++times[digit];
  const auto repeated = std::count_if(times.begin(), times.end(), [](int n) { return n > 1; });
  return repeated == 1 && *std::max_element(times.begin(), times.end()) <= 3 && is_de_tax_id(of);
}

bool is_fr_nir(digits of) {
  const int sex = of[0], month = two_digits(of, 3);
  if (sex == 0 || sex == 5 || sex == 6 || sex == 9) return false;
  // 20 and above stand for a month that the papers did not tell.
  if (month == 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  int rest = 0;
  for (std::size_t i = 0; i < 13; ++i) rest = (rest * 10 + of[i]) % 97;
  return 97 - rest == two_digits(of, 13);
}

bool is_settled_fr_nir(digits of) { return of[0] <= 2 && is_fr_nir(of); }

bool is_nl_bsn(digits of) { return weighted_sum(of, {9, 8, 7, 6, 5, 4, 3, 2, -1}) % 11 == 0 && !are_all_equal(of); }

bool is_pl_pesel(digits of) {
  const int sum = weighted_sum(of, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1});
  return sum % 10 == 0 && is_day_of_month(two_digits(of, 4), two_digits(of, 2) % 20);
}

bool is_se_personal_number(digits of) {
  if (of.size() == 12 && two_digits(of, 0) != 18 && two_digits(of, 0) != 19 && two_digits(of, 0) != 20) return false;
  of = of.last(10);
  const int day = two_digits(of, 4);
  return is_day_of_month(day > 60 ? day - 60 : day, two_digits(of, 2)) && passes_luhn(of);
}

bool is_br_cpf(digits of) {
  const auto check = [](int sum) { return sum % 11 < 2 ? 0 : 11 - sum % 11; };
  return check(weighted_sum(of.first(9), {10, 9, 8, 7, 6, 5, 4, 3, 2})) == of[9] &&
         check(weighted_sum(of.first(10), {11, 10, 9, 8, 7, 6, 5, 4, 3, 2})) == of[10] && !are_all_equal(of);
}

bool is_in_aadhaar(digits of) { return of[0] >= 2 && passes_verhoeff(of); }

bool is_au_tfn(digits of) { return weighted_sum(of, {1, 4, 3, 7, 5, 8, 6, 9, 10}) % 11 == 0 && !are_all_equal(of); }

bool is_ca_sin(digits of) { return of[0] != 0 && of[0] != 8 && passes_luhn(of) && !are_all_equal(of); }

bool is_timeless_se_personal_number(digits of) {
  const bool is_time = two_digits(of, of.size() - 4) < 24 && two_digits(of, of.size() - 2) < 60;
  return !is_time && is_se_personal_number(of);
}

bool is_nanp_phone(digits of) {
  if (of.size() == 11) {
    if (of[0] != 1) return false;
    of = of.last(10);
  }
  return of[0] >= 2 && of[3] >= 2 && !(of[4] == 1 && of[5] == 1) && !are_all_equal(of);
}

bool is_cn_mobile(digits of) { return of[0] == 1 && of[1] >= 3; }

}  // namespace sallyport::policy::privacy
