#include "proxy/policy/privacy/coded_words.hpp"

#include "proxy/policy/privacy/characters.hpp"
#include "proxy/policy/privacy/national_numbers.hpp"

#include <algorithm>
#include <array>

namespace sallyport::policy::privacy {
namespace {

bool are_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

int number_of(std::string_view text) {
  int number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

// `first` stands for the letter before seven digits.
bool has_check_letter(int first, std::string_view word) {
  constexpr std::string_view letters = "TRWAGMYFPDXBNJZSQVHLCKE";
  return letters[static_cast<std::size_t>((first * 10'000'000 + number_of(word.substr(0, word.size() - 1))) % 23)] == upper(word.back());
}

constexpr std::string_view stand_ins = "LMNPQRSTUV";   // for 0 to 9

// 0 to 9, or -1.
int digit_or_stand_in(char c) {
  if (is_digit(c)) return c - '0';
  const auto at = stand_ins.find(upper(c));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool has_fiscal_form(std::string_view word) {
  constexpr std::string_view form = "aaaaaannmnnannna";
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'a' && !is_letter(word[i])) return false;
    if (form[i] == 'm' && std::string_view("ABCDEHLMPRST").find(upper(word[i])) == std::string_view::npos) return false;
    if (form[i] == 'n' && digit_or_stand_in(word[i]) < 0) return false;
  }
  const int day = digit_or_stand_in(word[9]) * 10 + digit_or_stand_in(word[10]);
  return (day >= 1 && day <= 31) || (day >= 41 && day <= 71);   // women: 40 is added
}

}  // namespace

spanish spanish_number(std::string_view word) {
  if (word.size() < 8 || word.size() > 9 || !is_letter(word.back()) || !are_digits(word.substr(1, word.size() - 2))) return spanish::none;
  const char first = upper(word.front());
  if (is_digit(first)) {
    if (!has_check_letter(0, word)) return spanish::none;
    return word.size() == 9 ? spanish::whole : spanish::short_one;
  }
  if (word.size() != 9) return spanish::none;
  const int stands_for = first == 'Y' ? 1 : first == 'Z' ? 2 : 0;
  if (std::string_view("XYZKLM").find(first) == std::string_view::npos) return spanish::none;
  return has_check_letter(stands_for, word.substr(1)) ? spanish::whole : spanish::none;
}

bool is_it_fiscal_code(std::string_view word) {
  // Values at the first, third, fifth ... place; of a letter and of the digit that it follows alike.
  constexpr std::array<int, 26> odd{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  if (word.size() != 16 || !has_fiscal_form(word)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const int value = is_digit(word[i]) ? word[i] - '0' : upper(word[i]) - 'A';
    sum += i % 2 == 0 ? odd[static_cast<std::size_t>(value)] : value;
  }
  return 'A' + sum % 26 == upper(word[15]);
}

bool is_corsican_nir(std::string_view word) {
  if (word.size() != 15 || word[5] != '2') return false;
  const char island = upper(word[6]);
  if (island != 'A' && island != 'B') return false;
  std::array<std::uint8_t, 15> number{};
  for (std::size_t i = 0; i < 15; ++i) {
    if (i == 5 || i == 6) continue;
    if (!is_digit(word[i])) return false;
    number[i] = static_cast<std::uint8_t>(word[i] - '0');
  }
  number[5] = 1;
  number[6] = island == 'A' ? 9 : 8;
  return is_fr_nir(number);
}

std::size_t uk_nino_end(std::string_view text, std::size_t at) {
  if (at + 9 > text.size()) return 0;
  const char first = upper(text[at]), second = upper(text[at + 1]);
  if (!is_letter(first) || !is_letter(second)) return 0;
  if (std::string_view("DFIQUV").find(first) != std::string_view::npos) return 0;
  if (std::string_view("DFIOQUV").find(second) != std::string_view::npos) return 0;
  for (const std::string_view never : {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
    if (first == never[0] && second == never[1]) return 0;
  at += 2;
  const auto skip_blank = [&] { at += byte_at(text, at) == ' ' ? 1 : 0; };
  for (int pair = 0; pair < 3; ++pair) {
    skip_blank();
    if (!is_digit(byte_at(text, at)) || !is_digit(byte_at(text, at + 1))) return 0;
    at += 2;
  }
  skip_blank();
  const char suffix = upper(byte_at(text, at));
  return suffix >= 'A' && suffix <= 'D' && !is_letter_or_digit(byte_at(text, at + 1)) ? at + 1 : 0;
}

}  // namespace sallyport::policy::privacy
