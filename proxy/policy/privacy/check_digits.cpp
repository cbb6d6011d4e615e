#include "proxy/policy/privacy/check_digits.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>

namespace sallyport::policy::privacy {

bool passes_luhn(digits of) {
  int sum = 0;
  for (std::size_t i = 0; i < of.size(); ++i) {
    const int digit = of[of.size() - 1 - i];
    sum += i % 2 == 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
  }
  return sum % 10 == 0;
}

bool passes_verhoeff(digits of) {
  static constexpr std::uint8_t product[10][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
      {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
      {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
  static constexpr std::uint8_t permuted[8][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
      {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
  std::uint8_t sum = 0;
  for (std::size_t i = 0; i < of.size(); ++i) sum = product[sum][permuted[i % 8][of[of.size() - 1 - i]]];
  return sum == 0;
}

bool passes_mod_11_10(digits of) {
  int product = 10;
  for (std::size_t i = 0; i + 1 < of.size(); ++i) {
    const int sum = (of[i] + product) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return !of.empty() && (product + of.back()) % 10 == 1;
}

int weighted_sum(digits of, std::initializer_list<int> weights) {
  int sum = 0;
  for (std::size_t i = 0; i < std::min(of.size(), weights.size()); ++i) sum += of[i] * weights.begin()[i];
  return sum;
}

bool are_all_equal(digits of) { return std::adjacent_find(of.begin(), of.end(), std::not_equal_to<>()) == of.end(); }

int two_digits(digits of, std::size_t at) { return of[at] * 10 + of[at + 1]; }

}  // namespace sallyport::policy::privacy
