#include "proxy/policy/privacy/phone.hpp"

#include "proxy/policy/privacy/characters.hpp"
#include "proxy/policy/privacy/national_numbers.hpp"

#include <array>
#include <cstdint>

namespace sallyport::policy::privacy {
namespace {

// The digits of a telephone number, and where they end.
struct dialled {
  std::array<std::uint8_t, 16> numbers{};
  std::size_t count = 0;

  std::uint8_t operator[](std::size_t at) const { return numbers[at]; }
};

bool stands_between(char c) { return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')'; }

// At most 16 digits, at most three other characters between two.
dialled digits_from(std::string_view text, std::size_t at) {
  dialled read;
  for (int between = 0; read.count < read.numbers.size() && between <= 3; ++at) {
    const char c = byte_at(text, at);
    if (is_digit(c)) {
      read.numbers[read.count++] = static_cast<std::uint8_t>(c - '0');
      between = 0;
    } else if (stands_between(c)) {
      ++between;
    } else {
      break;
    }
  }
  return read;
}

// The zones of E.164 and, in those where codes have two digits or three, whether the second digit ends the code.
bool has_country_code(const dialled& number) {
  constexpr std::array<std::string_view, 10> two_digits{"", "", "07", "0123469", "013456789", "12345678", "0123456", "", "1246", "0123458"};
  constexpr std::array<std::string_view, 10> three_digits{"", "", "123456", "578", "2", "09", "789", "", "0578", "679"};
  const auto first = number[0];
  if (first == 0) return false;
  if (first == 1 || first == 7) return true;
  const char second = static_cast<char>('0' + number[1]);
  return two_digits[first].find(second) != std::string_view::npos || three_digits[first].find(second) != std::string_view::npos;
}

}  // namespace

bool is_international_phone(std::string_view text, std::size_t at) {
  const auto number = digits_from(text, at);
  return number.count >= 8 && number.count <= 15 && has_country_code(number);
}

bool is_bracketed_phone(std::string_view text, std::size_t at) {
  if (run_end(text, at, is_digit) != at + 3 || byte_at(text, at + 3) != ')') return false;
  const auto number = digits_from(text, at);
  return number.count == 10 && is_nanp_phone(digits(number.numbers).first(10));
}

}  // namespace sallyport::policy::privacy
